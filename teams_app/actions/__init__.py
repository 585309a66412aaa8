"""What clients and staff do. One verb, one transaction."""
