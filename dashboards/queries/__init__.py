"""What the pages ask the published file: parametrised SQL, one module a page; frames out."""
