"""The test authority's trusted list (ETSI TS 119 612) and a list of lists that points to it, both signed by its issuer."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from integrations.emulators.trusted_profile.authority import Authority, Keys
from integrations.emulators.trusted_profile.xades import BY_ENVELOPED, Plan, signed

LIST_PATH = "/PL_TSL.xml"
LIST_OF_LISTS_PATH = "/eu-lotl.xml"
GRANTED, WITHDRAWN = "granted", "withdrawn"
_BASE = "http://uri.etsi.org/TrstSvc/TrustedList"
_LIST = """<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" \
xmlns:ns3="http://uri.etsi.org/02231/v2/additionaltypes#" \
Id="lista" TSLTag="http://uri.etsi.org/19612/TSLTag"><SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier>\
<TSLSequenceNumber>{number}</TSLSequenceNumber><TSLType>{base}/TSLType/EUgeneric</TSLType>\
<SchemeOperatorName><Name xml:lang="en">Symulator</Name></SchemeOperatorName>\
<SchemeInformationURI><URI xml:lang="en">http://127.0.0.1/</URI></SchemeInformationURI>\
<SchemeTerritory>{territory}</SchemeTerritory>{pointers}\
<ListIssueDateTime>{issued_at}</ListIssueDateTime><NextUpdate><dateTime>{next_update}</dateTime></NextUpdate>\
</SchemeInformation>{providers}</TrustServiceStatusList>"""
_PROVIDERS = """<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>\
<Name xml:lang="en">Symulator</Name></TSPName></TSPInformation><TSPServices><TSPService>\
<ServiceInformation>{current}</ServiceInformation>{history}</TSPService></TSPServices></TrustServiceProvider>\
</TrustServiceProviderList>"""
_SERVICE = """<ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier><ServiceName>\
<Name xml:lang="en">Testowe Centrum Kwalifikowane</Name></ServiceName><ServiceDigitalIdentity><DigitalId><X509Certificate>\
{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity><ServiceStatus>{base}/Svcstatus/{status}</ServiceStatus>\
<StatusStartingTime>{since}</StatusStartingTime>"""
_POINTERS = """<PointersToOtherTSL><OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity><DigitalId>\
<X509Certificate>{certificate}</X509Certificate></DigitalId></ServiceDigitalIdentity></ServiceDigitalIdentities>\
<TSLLocation>{url}</TSLLocation><AdditionalInformation><OtherInformation><SchemeTerritory>PL</SchemeTerritory>\
</OtherInformation><OtherInformation><ns3:MimeType>application/vnd.etsi.tsl+xml</ns3:MimeType></OtherInformation>\
</AdditionalInformation></OtherTSLPointer></PointersToOtherTSL>"""


@dataclass(frozen=True)
class Edition:
    """One version of the list. With `withdrawn_at` the service was granted before and is withdrawn since then."""

    number: int = 1
    territory: str = "PL"
    issued_at: datetime | None = None
    lasts: timedelta = timedelta(days=180)
    withdrawn_at: datetime | None = None


def trusted_list(authority: Authority, edition: Edition = Edition(), *, by: Keys | None = None) -> bytes:
    """The list with the qualified service, signed by its issuer (or by somebody else)."""
    certificate = b64encode(authority.qualified.certificate_der).decode()

    def service(status: str, since: datetime) -> str:
        return _SERVICE.format(certificate=certificate, base=_BASE, status=status, since=_text(since))

    since = datetime.now(UTC) - timedelta(days=365)
    granted = service(GRANTED, since)
    if edition.withdrawn_at is None:
        providers = _PROVIDERS.format(current=granted, history="")
    else:
        history = (
            f"<ServiceHistory><ServiceHistoryInstance>{granted}</ServiceHistoryInstance></ServiceHistory>"
        )
        providers = _PROVIDERS.format(current=service(WITHDRAWN, edition.withdrawn_at), history=history)
    return _signed(edition, "", providers, by or authority.list_issuer)


def list_of_lists(authority: Authority) -> bytes:
    """What the Commission would publish: where the list of Poland is and who signs it."""
    certificate = b64encode(authority.list_issuer.certificate_der).decode()
    pointers = _POINTERS.format(certificate=certificate, url=authority.url + LIST_PATH)
    return _signed(Edition(territory="EU"), pointers, "", authority.list_issuer)


def _signed(edition: Edition, pointers: str, providers: str, keys: Keys) -> bytes:
    issued_at = edition.issued_at or datetime.now(UTC) - timedelta(hours=1)
    content = _LIST.format(
        number=edition.number,
        base=_BASE,
        territory=edition.territory,
        pointers=pointers,
        issued_at=_text(issued_at),
        next_update=_text(issued_at + edition.lasts),
        providers=providers,
    )
    return signed(Plan(content.encode(), keys, transforms=BY_ENVELOPED))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
