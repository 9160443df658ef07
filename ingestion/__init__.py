"""How events come in: files are read, judged at the door and loaded into schema `raw`."""
