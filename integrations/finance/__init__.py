"""Files of banks and finance systems: bank statements, ePłatności, the neutral exchange. Values in, values out."""
