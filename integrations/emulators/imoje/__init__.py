"""imoje's REST API, emulated (payments.md section 7)."""
