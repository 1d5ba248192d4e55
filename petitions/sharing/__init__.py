"""What carries a petition further: the picture of a link, the QR code, the sheet of paper, the links of services."""
