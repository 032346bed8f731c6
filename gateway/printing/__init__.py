"""Paper: PDF and Excel, made in a process of their own so that no request waits behind a layout."""
