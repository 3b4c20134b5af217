"""``python -m availability``: the command line. Imports cli."""

from availability.cli import main

if __name__ == "__main__":
    main()
