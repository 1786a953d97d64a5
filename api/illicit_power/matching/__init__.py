"""From names in any spelling, and addresses in any form, to the entities of the dataset."""
