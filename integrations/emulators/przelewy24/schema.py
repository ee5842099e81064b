"""The tables of the emulator's books and the payment methods that it offers at first."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value REAL NOT NULL);
CREATE TABLE IF NOT EXISTS merchants (
  pos_id INTEGER PRIMARY KEY, merchant_id INTEGER NOT NULL, name TEXT NOT NULL, account TEXT NOT NULL,
  api_key TEXT NOT NULL, crc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS methods (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, grp TEXT NOT NULL, min_gr INTEGER, max_gr INTEGER,
  hours TEXT NOT NULL DEFAULT '00-24', active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS transactions (
  order_id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, merchant_id INTEGER NOT NULL, pos_id INTEGER NOT
  NULL, session_id TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, description TEXT NOT NULL,
  email TEXT NOT NULL, language TEXT NOT NULL, url_return TEXT NOT NULL, url_status TEXT NOT NULL, method
  INTEGER, time_limit INTEGER NOT NULL, regulation_accept INTEGER NOT NULL, registered_at REAL NOT NULL,
  state TEXT NOT NULL DEFAULT 'registered', last_try TEXT NOT NULL DEFAULT '', paid_at REAL, paid_method
  INTEGER, verified_at REAL, statement TEXT NOT NULL, fee INTEGER NOT NULL, UNIQUE (pos_id, session_id));
CREATE INDEX IF NOT EXISTS transactions_session ON transactions (session_id);
CREATE TABLE IF NOT EXISTS refunds (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, request_id TEXT NOT NULL, refunds_uuid TEXT NOT NULL,
  amount INTEGER NOT NULL, description TEXT NOT NULL, url_status TEXT NOT NULL, status INTEGER NOT NULL,
  created_at REAL NOT NULL, due_at REAL NOT NULL, doomed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS refunds_order ON refunds (order_id);
CREATE TABLE IF NOT EXISTS notifications (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, refund_id INTEGER, attempt INTEGER NOT NULL,
  due_at REAL NOT NULL, open INTEGER NOT NULL, sent_at REAL, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS notifications_due ON notifications (due_at) WHERE open = 1;
CREATE INDEX IF NOT EXISTS notifications_order ON notifications (order_id);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY, place TEXT NOT NULL, mode TEXT NOT NULL, times INTEGER NOT NULL, pos_id INTEGER,
  options TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS log (
  id INTEGER PRIMARY KEY, at REAL NOT NULL, direction TEXT NOT NULL, method TEXT NOT NULL, address TEXT NOT
  NULL, status INTEGER, sent TEXT NOT NULL, got TEXT NOT NULL);
"""

# id, name, group, smallest and largest amount in grosze, hours. The banks are invented.
METHODS = (
    (154, "BLIK", "Blik", 1, 100_000_00, "00-24"),
    (25, "Bank Miejski", "FastTransfers", 1, None, "00-24"),
    (31, "Bank Nadwiślański", "FastTransfers", 1, None, "00-24"),
    (20, "Pierwszy Bank Krajowy", "FastTransfers", 1, None, "00-24"),
    (33, "Bank Spółdzielczy Rolnik", "FastTransfers", 1, None, "06-22"),
    (85, "Bank Tysiąclecia", "FastTransfers", 1, None, "00-24"),
    (112, "Kasa Oszczędności", "FastTransfers", 1, None, "00-24"),
    (270, "Bank Kupiecki", "FastTransfers", 1, None, "00-24"),
    (218, "Karta płatnicza", "Credit Card", 100, 50_000_00, "00-24"),
)
