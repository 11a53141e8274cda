"""The product without its pages: it knows no Flask. `engine/README.md` is the map."""
