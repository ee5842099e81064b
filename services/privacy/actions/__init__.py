"""What people and the office do about personal data."""

from services.privacy.actions.notice import change_notice as change_notice
from services.privacy.actions.processors import end_processor as end_processor
from services.privacy.actions.processors import save_processor as save_processor
from services.privacy.actions.registers import change_breach as change_breach
from services.privacy.actions.registers import install_activities as install_activities
from services.privacy.actions.registers import record_breach as record_breach
from services.privacy.actions.registers import record_disclosure as record_disclosure
from services.privacy.actions.requests import answer_request as answer_request
from services.privacy.actions.requests import extend_request as extend_request
from services.privacy.actions.requests import make_request as make_request
from services.privacy.actions.requests import take_copy as take_copy
from services.privacy.actions.requests import withdraw_request as withdraw_request
from services.privacy.actions.retention import erase_expired as erase_expired
from services.privacy.actions.retention import keep_for as keep_for
