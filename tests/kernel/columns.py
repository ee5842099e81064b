"""What every readable column of every table holds. Encrypted columns are known by their field and are not listed.

* HASHED: a keyed index, a code or a digest; nobody reads the value back.
* REF: a public id, or a number that the office, the finance system or an operator gave; it names a person only to who has
  their files.
* PUBLIC: what the office publishes anyhow: its own names, addresses, acts, texts, and of people only those in public office.
* TECHNICAL: states, codes, counts, settings, names of files and machines.

A new column of text, JSON or bytes belongs into one of them, or is made an EncryptedTextField: what a resident writes, what
somebody writes about a person, names, numbers, addresses and accounts of persons are always encrypted (S43, S49, T-31).
"""

HASHED = {
    "accounts_payer": "identifier_index",
    "accounts_resident": "person_index",
    "api_apiclient": "digest",
    "api_idempotentcall": "key request_digest",
    "audit_anchor": "seal_mac mac",
    "audit_seal": "previous members mac",
    "jobs_auditchain": "mac proof",
    "ledger_entry": "digest marks",
    "ledger_seal": "previous members digest",
    "users_user": "password email_index",
}

REF = {
    "accounts_payer": "external_id",
    "accounts_resident": "verified_by activated_by proof_ref",
    "archive_archive": "made_by confirmed_by",
    "archive_deletionproof": "begun_by key_ids",
    "audit_auditentry": "actor_ref subject_ref",
    "audit_retention": "set_by",
    "configuration_revision": "subject_ref changed_by",
    "directory_clustermove": "asked_by",
    "directory_offboarding": "started_by confirmed_by",
    "directory_tenantoperatorevent": "reference asked_by",
    "django_session": "session_key",
    "fleet_fleetjob": "asked_by",
    "guardian_groupobjectpermission": "object_pk",
    "guardian_userobjectpermission": "object_pk",
    "keys_keyrotation": "asked_by",
    "ledger_entry": "actor_ref",
    "liabilities_importrun": "actor_ref",
    "liabilities_liability": "external_id document_number account_nrb writ_number",
    "liabilities_overpayment": "external_id source_ref",
    "liabilities_remindercost": "external_id number",
    "metering_flagoverride": "changed_by",
    "metering_pricelist": "added_by",
    "metering_quotaoverride": "changed_by",
    "metering_statement": "issued_by",
    "notices_message": "related_ref",
    "payments_discrepancy": "key details",
    "payments_operatorevent": "dedupe_key",
    "payments_payment": "reference operator_id",
    "payments_refund": "idempotency_key",
    "payments_settlementbatch": "batch_id",
    "payments_settlementline": "operator_tx_id refund_id reference",
    "rates_datedamount": "added_by superseded_by",
    "rates_interestrate": "added_by superseded_by",
    "rates_ratesconfirmation": "confirmed_by",
    "users_staffrole": "authorisation_number",
}

PUBLIC = {
    "archive_archive": "teryt name",
    "archive_backuprecord": "teryt",
    "archive_deletionproof": "teryt name pdf",
    "archive_restoredrill": "teryt",
    "configuration_allocationruleversion": "note",
    "configuration_department": "code name",
    "configuration_feetariff": "lines source_note",
    "configuration_liabilitytype": "code name account_nrb regulation_reference",
    "configuration_office": (
        "portal_name gmina_name office_name address postal_address email phone portal_url controller_name "
        "controller_address dpo_email discrepancy_email payments_email legal_basis brand_colour crest_svg"
    ),
    "configuration_operatoraccount": "account_nrb",
    "configuration_paymenttermsversion": "resolution_number note",
    "configuration_regulationversion": "title act_annex act_kind act_number act_issuer bip_url content",
    "configuration_revision": "values",
    "directory_announcement": "text",
    "directory_domain": "domain",
    "directory_domainclaim": "domain",
    "directory_tenant": "teryt name",
    "fleet_fleetjobgmina": "teryt name",
    "fleet_gminaparity": "teryt",
    "keys_keyrotation": "teryt",
    "liabilities_liability": "enforcement_office",
    "metering_statement": "teryt gmina_name",
    "payments_payment": "account_nrb",
    "rates_datedamount": "act reason",
    "rates_interestrate": "act reason",
    "users_staffrole": "issuer",
}

TECHNICAL = {
    "accounts_resident": "proof_method",
    "api_apiclient": "name prefix scopes",
    "archive_archive": "sha256 rows sums",
    "archive_backuprecord": "file sha256 rows sums",
    "archive_deletionproof": "rows sums files",
    "archive_restoredrill": "findings",
    "audit_auditentry": "actor_kind role action subject_type details outcome",
    "auth_group": "name",
    "auth_permission": "name codename",
    "configuration_allocationruleversion": "ratio_base threshold threshold_scope",
    "configuration_operatoraccount": "operator label profile api_url merchant_ids",
    "configuration_paymenttermsversion": "pay_by_link blik enforced civil_interest_to",
    "configuration_revision": "kind",
    "directory_clustermove": "source target last_error",
    "directory_databasecluster": "name note",
    "directory_domaincertificate": "problem",
    "directory_domainclaim": "token method problem",
    "directory_offboarding": "reason handed_over_note",
    "directory_tenant": "schema_name suspended_reason shard data_key index_key last_error",
    "directory_tenantoperatorevent": "operator kind verdict refusal",
    "directory_tenantpulse": "schema_version",
    "directory_tenantreadiness": "lines",
    "django_content_type": "app_label model",
    "django_session": "session_data",
    "fleet_fleetjob": "target note last_error report",
    "fleet_fleetjobgmina": "error result",
    "fleet_gminaparity": "discrepancies",
    "jobs_auditchain": "first_place",
    "jobs_jobround": "job",
    "jobs_jobrun": "job error_code",
    "jobs_paymentstates": "counts",
    "liabilities_importrun": "file_name failure_code",
    "metering_flagoverride": "name reason",
    "metering_quotaoverride": "name reason",
    "metering_statement": "reason",
    "metering_statementline": "charge",
    "notices_message": "kind last_error",
    "payments_discrepancy": "kind",
    "payments_operatorevent": "kind",
    "payments_payment": (
        "allocation_regime method_id method_name method_group failure_code received_currency"
    ),
    "payments_reconciliation": "failure_code",
    "payments_refund": "operator_status failure_code",
}
