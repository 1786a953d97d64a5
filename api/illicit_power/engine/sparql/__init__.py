"""What a query says, from its text alone: tokens, grammar, outline, admission; and the formats of results."""
