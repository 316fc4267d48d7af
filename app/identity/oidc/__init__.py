"""Signing in through an identity provider: ProConnect, or another that speaks OpenID Connect."""
