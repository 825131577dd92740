"""Recorded behaviour of ODK's and Enketo's engines, run against ours from the command line."""
