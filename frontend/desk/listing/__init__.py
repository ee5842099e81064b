"""One way for every list of the desk: filter, order, pages, saved views, bulk acts, files (docs/desk.md).

A list is a `Queue`, written once in `frontend.desk.queues`; its page calls `list_page`, its template `{% worklist %}`.
"""

from frontend.desk.listing.form import ListForm as ListForm
from frontend.desk.listing.page import Listing as Listing
from frontend.desk.listing.page import list_page as list_page
from frontend.desk.listing.queue import BulkAct as BulkAct
from frontend.desk.listing.queue import Column as Column
from frontend.desk.listing.queue import Queue as Queue
