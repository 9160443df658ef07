"""What the pages show besides charts: cards and tables made of a query's rows, one module a page."""
