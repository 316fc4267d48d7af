class EmbeddedError(Exception):
    """The embedded servers cannot serve; its text is a French sentence with the way out.

    It is not a DomainError: it speaks to the developer who types `make run`, before any application
    or translation exists, hence the plain French in this package.
    """
