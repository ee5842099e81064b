"""Letters that leave the platform, and what comes back: SMTP (RFC 5321) and delivery reports (RFC 3461, RFC 3464)."""
