"""Run a management command; the same as the `skarbnik` command of the installed package."""

from portal.__main__ import main

if __name__ == "__main__":
    main()
