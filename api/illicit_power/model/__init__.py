"""Names, addresses and dates of the dataset. Imports nothing else of the package."""
