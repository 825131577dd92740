"""The places batches travel through, one module each; all of them are a `sync.ports.Remote`."""
