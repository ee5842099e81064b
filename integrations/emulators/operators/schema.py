"""The tables of an emulated operator's books, the same for every operator.

What only one protocol knows lies in the `details` of a row, as JSON.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value REAL NOT NULL);
CREATE TABLE IF NOT EXISTS merchants (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, ids TEXT NOT NULL, secrets TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS methods (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, grp TEXT NOT NULL, min_gr INTEGER, max_gr INTEGER,
  hours TEXT NOT NULL, position INTEGER NOT NULL, active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS transactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operator_tx_id TEXT NOT NULL UNIQUE, token TEXT NOT NULL,
  merchant TEXT NOT NULL, ref TEXT NOT NULL, amount_gr INTEGER NOT NULL, currency TEXT NOT NULL,
  title TEXT NOT NULL, email TEXT NOT NULL, language TEXT NOT NULL, account TEXT NOT NULL,
  url_return TEXT NOT NULL, url_notify TEXT NOT NULL, method TEXT NOT NULL, registered_at REAL NOT NULL,
  expires_at REAL, fee_gr INTEGER NOT NULL, details TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'started',
  last_try TEXT NOT NULL DEFAULT '', paid_at REAL, paid_gr INTEGER, paid_method TEXT NOT NULL DEFAULT '',
  confirmed_at REAL);
CREATE INDEX IF NOT EXISTS transactions_ref ON transactions (ref);
CREATE INDEX IF NOT EXISTS transactions_token ON transactions (token);
CREATE TABLE IF NOT EXISTS refunds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, transaction_id INTEGER NOT NULL, key TEXT NOT NULL,
  amount_gr INTEGER NOT NULL, description TEXT NOT NULL, url_notify TEXT NOT NULL, state TEXT NOT NULL,
  created_at REAL NOT NULL, due_at REAL NOT NULL, doomed INTEGER NOT NULL, details TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_transaction ON refunds (transaction_id);
CREATE TABLE IF NOT EXISTS notifications (
  id INTEGER PRIMARY KEY, transaction_id INTEGER NOT NULL, kind TEXT NOT NULL, refund_id INTEGER,
  attempt INTEGER NOT NULL, due_at REAL NOT NULL, open INTEGER NOT NULL, sent_at REAL,
  answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS notifications_due ON notifications (due_at) WHERE open = 1;
CREATE INDEX IF NOT EXISTS notifications_transaction ON notifications (transaction_id);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, merchant TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY, place TEXT NOT NULL, mode TEXT NOT NULL, times INTEGER NOT NULL, merchant TEXT,
  options TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS log (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, direction TEXT NOT NULL, method TEXT NOT NULL, address TEXT NOT
  NULL, status INTEGER, sent TEXT NOT NULL, got TEXT NOT NULL);
"""
FORGETTABLE = ("transactions", "refunds", "notifications", "tokens", "faults", "log", "settings")
"""Tables that a reset empties: all except merchants and methods."""
