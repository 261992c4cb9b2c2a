"""`python -m gemeinsinn` is the command line."""

from gemeinsinn.cli.main import main


main()
