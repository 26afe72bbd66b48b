/** Refusals as problem documents (RFC 9457): a `title` for each code, a `detail` that some add. English (UK). */
import { requestDetails } from "./problems-requests.en.ts";
import { systemProblems } from "./problems-systems.en.ts";

export const problemTitles = {
  // Any request
  "malformed-json": "The body is not valid JSON.",
  "not-json": "The body must be JSON.",
  "body-too-large": "The body is too large.",
  "bad-request": "The request cannot be read.",
  invalid: "Some fields of the request are invalid.",
  "not-found": "Not found.",
  conflict: "The change conflicts with another change.",
  "idempotency-mismatch": "This Idempotency-Key was used for a different request.",
  "not-replayable": "The first answer contained a secret and cannot be repeated.",
  "version-needed": "Send the version that you read in the If-Match header.",
  "too-many-numbers": "You have asked about as many numbers as the policy allows for now.",
  "too-many-requests": "Too many requests with this token. Wait a minute.",
  "challenge-unsolved":
    "Very many requests arrive just now. Solve the challenge, and send the request again with its solution; or send it later.",
  "too-many-tries": "Too many attempts from your network. Wait a minute.",
  internal: "Something went wrong on the server.",

  // People and signing in
  "not-signed-in": "A valid token is required.",
  "role-not-allowed": "Your role does not allow this.",
  "scope-missing": "The integration's scopes do not allow this.",
  "wrong-setup-code": "The set-up code is wrong.",
  "setup-done": "This deployment is already set up.",
  "setup-closed": "The deployment has no SETUP_CODE, so it cannot be set up.",
  "invite-unknown": "This invite does not exist.",
  "invite-used": "This invite has already been used.",
  "invite-expired": "This invite has expired.",
  "last-admin": "The last administrator cannot be removed.",
  "integration-admin": "An integration has scopes and no role. For further ones, make it another token.",
  "token-fixed": "An integration's token cannot be rotated: it expires on its last day.",
  "sso-off": "No sign-in provider is configured.",
  "sso-refused": "The sign-in provider did not confirm this sign-in.",
  "sso-no-account": "This account may not sign in here.",
  "sso-replayed": "This sign-in has already been used.",
  "sso-provider": "The sign-in provider cannot be reached or gave an unexpected answer.",

  // Numbers
  "not-a-number": "This is not a telephone number.",
  "country-unclear": "The number's country is unclear: add its country code.",
  "not-listed": "The number has no current do-not-call entry.",
  "kind-needed": "The number has both an objection and a house entry: name the one to end with kind.",
  "consent-withdrawn": "This consent is already recorded, and was withdrawn.",
  "override-not-allowed": "This call may not be made.",
  "kind-not-made": "The policy has no calls of this kind: name one that it has, or add this one to it first.",
  "call-answered": "This call id was asked about another call before.",
  "call-over": "The answer to this call id is over: ask again, under a new one.",
  canary: "This is ClearDial's own test number: a dial of it is no call, and is not recorded.",
  "canary-day": "A test counts on its own day only, which is over: try again.",

  // Registers
  "list-head-moved": "The register has a newer version than the one that you compared with.",
  "list-mismatch": "The upload does not add up to the register that was announced. Nothing was changed.",
  "list-shrinks": "The register would lose more numbers than the policy allows in one upload.",
  "list-version-closed": "This upload is already finished or was replaced.",
  "list-parts-missing": "Some parts of the upload are missing.",
  "part-differs": "A different part was already sent under this number.",
  "block-twice": "Two parts of the upload contain the same block.",
  "block-broken": "A block does not match its own description.",
  "as-of-future": "A register's date cannot be in the future.",
  "as-of-older": "The version in force has a later date.",
  "same-file":
    "This file was already uploaded under an earlier date. If the register has not changed since, attest that.",
  "list-history-gone": "The history of this register no longer goes back that far.",
  "list-never-loaded": "This register has never been loaded: upload its complete file first.",
  "list-not-then": "No version of this register was in force on that day.",
  "list-full": "There are already 63 registers, the most that are possible.",
  "list-by-lookup": "This register takes no files: each of its numbers is asked of a lookup service.",
  "list-version-unknown": "The register has no such earlier version.",
  "list-unlike":
    "The register's version in force is not as the audit trail has it: somebody may have changed the database. None starts from it until that is put back or, where an older Worker wrote it, an officer says so (cleardial audit returned).",

  // Policy
  "policy-same": "The policy already says this: nothing was changed.",
  "policy-moved": "Someone else has changed the policy since you read it.",
  "country-not-allowed": "The policy does not allow recordings and files to be opened from this country.",
  "purpose-not-allowed": "The policy does not allow recordings to be opened for this purpose.",
  "storage-region": "The policy does not allow recordings to be stored there.",

  ...systemProblems,

  // Recordings
  "recording-quarantined": "The recording is outside the policy's regions: no one may open it.",
  "key-not-yours": "This key belongs to somebody else.",
  "store-later": "The store is not configured. Send this again later.",
  "object-missing": "The store has nothing under this key. Store the audio first, then register it.",
  "object-changed": "The object in the store is not the one that was registered.",
  "object-same": "The object in the store is the one that was registered.",
  "recording-old":
    "The call was more than a day ago. A compliance officer or an administrator imports such recordings.",
  "recording-unlike": "The recording is not as the audit trail has it: somebody may have changed it.",
  "trial-needed": "Try these very rows first. A trial counts for a day.",
  "prefix-taken": "This prefix overlaps with another one.",
  "recording-held": "The recording is kept: it is under a legal hold, or an open access request has it.",
  "recording-not-held": "The recording is not under a legal hold.",
  "recording-object-taken": "Another recording already uses this place in the store.",
  "recording-elsewhere": "The recording is already registered at another place in a store.",
  "recording-erased": "The recording has been erased, or is due to be.",
  "audio-missing": "The store has no audio for this recording.",
  "audio-there": "The audio has already been uploaded.",
  "audio-differs": "The audio does not match what was announced. Nothing was stored.",
  "length-needed": "Give the audio's length in bytes in the Content-Length header.",
  "not-audio": "The body must be audio.",
  "store-unknown": "This store is not configured.",
  "store-failed": "The store reported an error.",

  // Requests by data subjects
  "request-not-now": "The request does not allow this step now.",
  "request-wants": "Another step must come first.",
  "request-moved": "The request was changed by someone else since you read it, or it is closed.",
  "request-put-back":
    "The audit trail knows a later state of this request: somebody put it back in the database. Run cleardial verify --deep, and find out who it was.",
  "request-unlike":
    "The request, or an item of it, is not as the audit trail has it, or has a number that nobody searched for: somebody may have changed it. Judge such an item again, or refuse it. Search for its number only if the requester says that it is theirs. cleardial verify --deep names what was changed.",
  "address-unproved": "This address is not confirmed: only the mail that asks for that may go there.",
  "address-asked":
    "This address has been asked three times within a day. Ask again tomorrow, or answer by post, by telephone or from your own mailbox.",
  "audio-uncut": "Only WAV (PCM, A-law, µ-law) and MP3 can be given in part. Listen to the whole recording.",
  "mute-format":
    "Only WAV (PCM, A-law, µ-law) and MP3 recordings can be partly silenced. Refuse that part with its reasons, or have it converted.",
  "mute-all":
    "Hardly anything of a recording would be heard in the copy. That is a refusal: decide again, and refuse it with its ground and reasons.",
  "copy-reads":
    "The archived months of the audit trail are still being read for this copy. Make it again in a while: nothing else is needed.",
  "not-a-scan": "A scan must be a PDF, PNG or JPEG file.",
  "letter-lacks": "The letter cannot be sent: it must also contain the following.",
  "proof-wanted":
    "The law wants the proof of a consent kept (UK GDPR art 17(3)(b)). Comply in part: refuse it on the ground of legal obligation, and keep it as proof until its day.",
  "letter-names": "The notice to the authority must not identify the requester.",
  "template-moved": "Someone else has changed this template since you read it.",
  "request-unmet": "The request has duties that are not met yet.",
  "withdrawal-unproved": "File the requester's own words of withdrawal first.",
  "narrowing-unproved": "File the letter or e-mail in which the requester narrows it first, and name it.",

  // The law's floor, proposals, consents
  "below-floor": "No policy may be looser than law. Nothing was changed.",
  "proposal-moved": "What this would change has another value by now. Refuse it, and propose it again.",
  "proposal-settled": "This proposal has already been settled or has expired.",
  "own-proposal": "Someone else must approve what you proposed.",
  "proposal-held":
    "One of you two joined by a code that the other was shown, or at an address that the other alone chose, or both so by the same person, so you do not count as a second person. The one who joined signs in with your company's provider, by a rule of the policy; or joins once more by a link in the mail, and has a role that another administrator approved.",
  "own-entry": "Someone else must review, or end, what you recorded.",
  "entry-held": "By how you two joined you may be one person. Someone else must review this.",
  "consent-waits": "This number has its one call back.",
  "consent-reviewed": "This consent has already been reviewed.",
  "consent-unlike": "The consent is not as the audit trail has it: somebody may have changed it.",
  "consent-over": "This consent has already ended.",
  "scope-said": "It is already said whom this objection closes: that may be widened, and not narrowed.",
  "undo-over": "This can no longer be undone. Someone else, who is no agent, can end it.",
  "party-ended": "This entry has already ended.",
};

export const problemDetails = {
  // People and signing in
  secretAnswer: "Ask for a new invite, or sign in with the token that you already have.",
  keyLength: "An Idempotency-Key has 8 to 200 characters.",
  moreNumbers: "An administrator can raise the limit in the policy.",
  lastToken:
    "No other browser or command line is signed in as an administrator, so no one could invite people again. First sign in somewhere else, or make someone else an administrator.",
  askForInvite: "Ask an administrator for a new one.",
  nobody: "This person does not exist.",
  integrations: "Only an integration's token may do this. An administrator creates one under People.",
  persons: "Only people may do this, signed in as themselves.",
  scopes: "One of these scopes is needed: {scopes}.",
  objectionsOnly: "An integration puts objections alone on the list.",
  addressTaken: "Its e-mail address belongs to another account.",
  addressUnverified: "Its e-mail address is not verified.",
  redirect: "This is not the extension's own address.",
  issuerNotHttps: "OIDC_ISSUER must be an https address.",
  noDiscovery: "{issuer} does not publish a discovery document in its own name.",
  providerAway: "It does not answer.",
  tokenNamesNobody: "Its ID token does not identify a person.",
  noIdToken: "It sent no ID token.",
  providerSaid: "It said {word}.",
  keysUnread: "Its keys cannot be read.",

  // Numbers
  readings: "It could be {numbers}.",
  noText: "text in Unicode, without halves of characters and NUL",
  objectionEnd: "An objection has no end date.",
  dayPassed: "This day has passed.",
  integrationPrefix: "Only an integration's keys have a prefix.",
  lineRegion: "A region with a numbering plan, of an integration with the scope gate.",
  yearAtMost: "An integration's token lasts a year at most.",
  partyTwice: "another row of this source says otherwise",
  consentLater: "A consent cannot be dated in the future.",
  objected:
    "The subscriber objected: only those who may record consents by the policy can record a later agreement, and no agent.",
  objectedProof:
    "The subscriber objected: only words whose proof is known count against it. Give words, how and proof.",
  reviewSays:
    "The entry does not say it. To find it good, say whose words they were, how they came, and where the proof lies.",
  consentElsewhere:
    "This consent was given to another company: only {company} and the trading names in the policy count.",
  consentNameless: "The policy does not name the company yet. Leave this out, or name the company first.",
  consentWaiting:
    "An entry of this number waits for its review, and holds for one call back. Ask somebody who may record consents to review it (desk, Consents).",
  consentUsed:
    "An entry of this number was used for a call in the last seven days. Ask somebody who may record consents to record what they said since.",
  consentRefused:
    "The last entry of this number was refused or withdrawn. Only somebody who may record consents records the next one.",
  houseScope: "An entry of our own closes its number alone.",
  keepsPerson: "Only a person's objection can leave the number open.",
  keepsShared:
    "Nothing on record says that others share this number: neither several records of one CRM nor that it is a company's line. Say first whose line it is, or leave it closed.",
  toldOpen:
    "Say of each of these numbers whether it is theirs, as they are amber because of this objection: {numbers}.",
  noRecord: "There is no such record of a connected CRM.",
  ownObjection: "Someone else, who is no agent, ends it; where nobody else is there for a day, you can.",
  reviewers: "Only people who may record consents by the policy review them.",
  callBackObjected: "The subscriber objected: record what they said since as a consent, with its proof.",
  callBackPast: "The day has passed.",
  callBackHeld: "An entry of the do-not-call list holds this number for longer.",
  overrideObjected: "The subscriber told us not to call.",
  overrideHidden: "The dial would hide our number.",
  overrideCanary: "This is ClearDial's own test number.",
  overrideTwo: "The digits would not ring the number that is meant. Dial it with its country code.",
  overridePerson: "Only a person decides to call anyway, by signing in: not a system.",
  overrideUnknown: "Not all is known of this number. A reason does not replace that.",
  overrideReason: "The policy does not allow this reason.",
  overrideWants: "An override requires this field.",
  dialLater: "The device's clock is more than a day ahead.",
  returned: "Name a past time in which rows were written, as after it; and there must be an AUDIT_KEY.",
  restored: "No rows are gone from the end of the trail.",
  explainPast: "What was known at a past moment is for managers, compliance officers and administrators.",

  // Registers
  registerId: "A register's id consists of lower-case letters, digits and dashes, such as ndd.",
  regions: "These regions have rules: {regions}.",
  noList: "There is no register {id}.",
  noUpload: "The register {list} has no upload {version}.",
  uploadDay: "The day of this upload, “{day}”, cannot be read. Push the file again: that replaces it.",
  registerUnlike: "This is not as the audit trail has it. Push the register's file again.",
  listInForce: "The version in force is dated {date}.",
  pushedAsOf: "It was uploaded with the date {date}.",
  shrinks: "The policy allows {share}% of its numbers.",
  historyGone: "The policy limits how long the changes of {list} are kept.",
  noVersion: "{list} has no version {to} before {version}.",
  notOfRegion: "This is not a telephone number in the register's region.",
  addedToo: "This number is also among the numbers to add.",
  partKind: "The upload is of the kind {kind}.",
  partsArrived: "{arrived} of {parts} parts have arrived.",
  partsAgain:
    "Not as they arrived, or taken by an older version: {parts}. Push the same file again: it sends these parts.",
  wholeList: "To commit a complete register, send its number of blocks, number of numbers and hash.",
  blockDiffers: "Block {block} does not match its count or digest.",
  blockBoth: "Block {block} adds and removes the same number.",
  blockUnreadable: "Block {block} cannot be read.",
  noSource: "The lookup service {source} is not configured, or does not cover {list}.",

  // Policy and screening
  policyAt: "The policy is now at version {version}.",
  partNumbers: "A part has at most 10,000 numbers, each only once.",
  partOld: "The answers for its parts were kept for a week and are now erased.",
  noRows: "The body contains no rows.",
  noTable: "The first rows cannot be read.",
  noColumn: "There is no column named {column}.",
  noPhones: "No column looks like telephone numbers: name one.",

  // Connectors and webhooks
  like: "Example:",
  private: "it has an address that is not on the public internet",
  none: "there is no such host, or it has no address",
  unlooked: "for a day nobody could tell where it is",
  neverLooked: "nobody could tell yet where it is",
  noSetting: "This kind of CRM has no such setting.",
  noField: "This is not a valid field name:",
  ownField:
    "ClearDial writes to this field, so it has to be one that can be written, and named for nothing else:",
  threeFields: "Verdict, date and reasons each need a field of their own.",
  credential: "This credential is required.",
  hookAddress:
    "Give a public https:// address by its domain name: no IP address, no address in your own network, and no password in it.",
  mailToken: "The service's token is required.",
  mailUnbound: "Cloudflare's mail is not bound to this deployment: name a service.",

  // Calls and recordings
  callTooOld: "The policy does not keep records of calls this old.",
  recordingLater: "A call cannot have begun in the future.",
  byCallList: "This provider's own list of calls is fetched: nobody else reports its calls.",
  byWebhook: "This provider reports its recordings by its own webhook.",
  storeMakes: "The provider stores these recordings itself.",
  noStore: "The store {kind} is not configured.",
  ownerFirst: "An integration may still register it itself: it is imported a day after it was stored.",
  providerHasNone: "The provider has no such recording.",
  providerOwnId: "A provider names its own store, with its own id of the recording as the key.",
  providerRows: "At most {n} recordings of a provider's own store at once: it is asked about each.",
  requestsFile: "A file of a request is no recording.",
  regionIs: "The store {kind} is in {region}; the policy keeps recordings in {regions}.",
  regionUnknown: "The region of the store {kind} is unknown; the policy keeps recordings in {regions}.",
  timeWantsDate: "A search by time also needs the day.",
  noPrefix: "Without a prefix of its own it registers no keys any more: an administrator gives it one.",
  ownPrefix: "Your keys begin with {prefix}.",
  foldersUnlike: "The audit trail has another folder here: cleardial verify --deep names it.",
  ownStores: "Only s3 and r2: a provider reports what it keeps itself.",
  heldOnTrail: "The audit trail has it under a hold, or a request, that somebody deleted or altered.",
  unlikeField: "It is another one than the audit trail has.",
  strangeNumber: "It has {number}, which nobody searched for.",
  searchAgain:
    "The request's state is not as the audit trail has it. Search again, and say how much is to be erased: all of it, or what the requester names in a letter or e-mail on file.",
  unreadRecord:
    "Only an archive tells of it that cannot be read. If it is the requester's, confirm its item once more: then it counts as it is.",
  countryUnknown: "Nobody knows from which country you ask.",
  listeners: "The policy says who may listen to recordings.",

  ...requestDetails,
};
