"""What stops `setup` and `package`: something that was asked for cannot be."""


class Wrong(Exception):
    """`faults` says what cannot be and why, a line each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))
