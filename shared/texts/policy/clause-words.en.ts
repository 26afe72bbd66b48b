/** What each clause of the policy is called, and what it does. English (UK). */
import { lastHolidayYear } from "../../hours/holidays.ts";

export const clauseWords: Record<string, [title: string, text: string]> = {
  registers: [
    "Registers",
    "What happens to a number on a register of people who do not want sales calls. Registers that a law names always hold; your own lists may warn, or be off.",
  ],
  grounds: [
    "Grounds for calling a register's numbers",
    "Why we may call numbers of a register without consent. The public reads it, and each such call shows it.",
  ],
  inHouse: ["Our own do-not-call list", "A number on it, or of a person who objected, is never called."],
  unknown: [
    "Numbers not known",
    "When the server cannot be reached or a country is unclear. What is not known may be barred.",
  ],
  "screening.staleList": [
    "A register's copy too old",
    "When our copy is older than it may be. It no longer shows that a number is not listed.",
  ],
  "screening.maxListAgeDays": ["Oldest copy of a register", "Older than that, it is not relied on."],
  "screening.warnListAgeDays": ["Remind us of a new copy after", "Administrators are told by mail."],
  "screening.graceDays": [
    "Days before a new listing counts",
    "The law lets a caller go on for 28 days after a number is registered. 0 counts at once.",
  ],
  "screening.lookupsPerDay": [
    "Lookups a day",
    "Numbers that a source of a register by lookup may be asked about. What goes beyond is not known until the next day.",
  ],
  "screening.maxShrinkShare": [
    "Most that a push may remove",
    "A register that loses more at once is refused, unless the administrator says it is right.",
  ],
  "screening.rescreenDays": [
    "Screen the CRM again after",
    "All contacts of a connected CRM are screened again, and marked. In law a listing counts from its 28th day.",
  ],
  "screening.watch": [
    "Watch numbers that were screened",
    "When one that was clear is registered later, or objects, you are told.",
  ],
  "screening.offlineMinutes": [
    "In an outage a clear answer counts for",
    "While the server cannot be reached. Such calls are marked, and judged again afterwards.",
  ],
  "screening.heldRegions": [
    "Countries where no register is relied on",
    "Their numbers are not known, and held, unless the subscriber's own words allow the call.",
  ],
  "watching.mail": [
    "Mail about status changes of watched numbers",
    "One a day, or at once. No mail names a number: the desk does, under Watching.",
  ],
  "watching.mailTo": ["Who gets that mail", "Everybody with the role."],
  "numbers.defaultRegion": [
    "Country of numbers without a code",
    "How a number is read that does not say its country.",
  ],
  "numbers.lineRegion": [
    "Where our telephones are",
    "Decides which number dialled digits ring, whatever the page says whose number they are.",
  ],
  "numbers.alsoRegions": [
    "Other countries we call",
    "Where else a number without a code may belong. What is around it on the page counts first.",
  ],
  "dials.schemes": [
    "Other addresses that dial",
    "Schemes of your softphones and messengers that ClearDial does not know, such as acmephone for acmephone://call?target=0113…. A dial by them is held even if its number cannot be read.",
  ],
  overrides: [
    "Overriding a held call",
    "What an agent may give as the reason. An objection is never overridden by an agent.",
  ],
  "campaigns.runs": [
    "Kinds of call we make",
    "All but general sales calls need consent first, whatever the registers say.",
  ],
  "campaigns.pensionsAuthorised": [
    "We may make pensions calls",
    "We are an authorised firm, or trustee or manager of a scheme. Without that, no such call may be made.",
  ],
  "campaigns.onRequest": [
    "Claims and pensions calls that were asked for",
    "One that the person asked for needs no prior consent besides, until it has happened or its day is past: the law speaks of unsolicited calls. Otherwise it is held until they consent.",
  ],
  "consents.recordedBy": [
    "Who may record a consent",
    "An entry of anybody else holds for one call back, and is reviewed.",
  ],
  "consents.monthsAtMost": ["A consent ends after", "Where it names no earlier day, nor the law."],
  "consents.amber": [
    "A call that rests on an evidenced consent",
    "It goes out with a line on the card, or the agent is asked first.",
  ],
  "parties.from": [
    "Who says whose line it is",
    "A company or a consumer: whose word counts. Without it, the stricter law does.",
  ],
  hours: ["Calling hours", "By the clock of the person called. A country that is not named has no limit."],
  holidays: [
    "No calls on public holidays of",
    `Such a day counts as outside calling hours for every number of the United Kingdom. Known up to ${lastHolidayYear}.`,
  ],
  outOfHours: ["Outside calling hours", "What happens to a call that is too early or too late."],
  maskBlocked: ["Hide blocked numbers", "Paints over them on the page, so that nobody dials them by hand."],
  sites: [
    "Our CRM's addresses",
    "Where ClearDial is offered to be turned on with one click: one address, or all below one (https://*.lightning.force.com).",
  ],
  withheldCallerId: ["Withheld caller ID", "A dial that hides our number is refused."],
  "identity.company": ["Company name", "As agents say it and the public reads it."],
  "identity.tradingNames": [
    "Trading and former names",
    "A consent counts if it was given to the company by one of these names, or by its own.",
  ],
  "identity.line": ["What the agent says first", "Who is calling, and for whom."],
  "identity.address": ["Address", "Given to anybody who asks who called."],
  "identity.freephone": ["Freephone number", "0800 or 0808, instead of the address or beside it."],
  "identity.ownNumbers": ["Our own numbers", "Numbers that the company itself is the subscriber of."],
  "identity.presentationNumber": [
    "Number that the called person sees",
    "One of our own, which can be called back at no more than the usual cost.",
  ],
  "recording.announcement": ["Announcement", "What the other party hears before the recording begins."],
  "recording.purposes": ["Purposes", "What a recording may be listened to for."],
  "recording.openedBy": [
    "Who may listen",
    "Each time with a purpose, and each time it is on the audit trail.",
  ],
  "recording.openedFrom": [
    "Where recordings and files may be opened from",
    "Countries. Each opening records its country; one from elsewhere, or from where nobody knows, is refused. One exception, which /policy says: a requester opens the copy of their own data from anywhere, by the link that was mailed to them; its country is recorded, too. One that staff handed out is bound to these.",
  ],
  "recording.regions": ["Where recordings are stored", "A recording anywhere else is refused."],
  "recording.outsideRegions": [
    "What a provider keeps elsewhere",
    "Nobody can open it. It waits for its day like any other, or is erased at the next run.",
  ],
  "recording.retentionMonths": ["Recordings are kept for", "Then they are erased, and proof of it is kept."],
  "requests.decideDays": ["Days to decide a request", "The law's month is taken where it is shorter."],
  "requests.extensions": ["Extensions", "Two more months for a complex request, said within the first."],
  "requests.erasureInWriting": ["Erasure in writing", "An oral request is recorded and confirmed by a link."],
  "requests.proofKeptDays": [
    "Proof of identity is kept for",
    "Counted from the day it was checked, or its request closed.",
  ],
  "requests.matchWindowMinutes": [
    "Search around the time of a call",
    "How far from the time that a person remembers we look for the call.",
  ],
  "requests.pauses": [
    "Pauses of the days to decide",
    "The law does not count the days on which proof or a clarification is awaited.",
  ],
  "requests.progressDays": ["A complainant hears of progress every", "Until the outcome is told."],
  "requests.outcomeDays": ["The outcome of a complaint within", "Counted from the day it was received."],
  "retention.dialMonths": [
    "Evidence of calls is kept for",
    "Dials, and consents after their end, or for as long as a rule of their country wants the proof.",
  ],
  "retention.listHistoryMonths": [
    "History of registers is kept for",
    "So that “was it listed on that day?” has an answer.",
  ],
  "retention.screeningMonths": [
    "Screenings are kept for",
    "Which numbers were screened when, and with what result: the proof that it was done before a call. Files of the archive go as a whole: a number stays there for up to a month longer.",
  ],
  "retention.watchedMonths": [
    "A number is watched for",
    "Counted from the day on which it was last screened.",
  ],
  "retention.requestMonths": [
    "Requests are kept for",
    "Counted from the day on which one was closed. The audit trail stays.",
  ],
  "retention.turnedMonths": [
    "Status changes of watched numbers are kept for",
    "With who was told of it, and by what.",
  ],
  "retention.auditPayloadMonths": [
    "Details of the audit trail are kept for",
    "The trail itself stays, and goes on proving that nothing was changed.",
  ],
  recipients: [
    "Who receives data",
    "Connected systems and services: who, what they are in law, where, by which contract, and which data. A host that is not here is sent nothing.",
  ],
  "access.unusedTokenDays": ["An unused browser is signed out after", "Counted from its last use."],
  "access.rotateTokenDays": ["A browser's token is replaced after", "Nobody notices."],
  "access.numbersPerHour": [
    "Numbers that an agent may look up in an hour",
    "So that nobody reads a register out. An agent who asks for more is refused, and administrators are told.",
  ],
  "access.officeNumbersPerHour": [
    "Numbers that others may look up or import in an hour",
    "Each manager, compliance officer and administrator. Screenings count apart.",
  ],
  "access.gateNumbersPerHour": [
    "Calls that a telephone system may ask about in an hour",
    "So that nobody reads a register out by its gate: name the most calls that your system makes, and no more. Each system has an hour of its own; beyond it, it gets no answer and must not call.",
  ],
  "access.screenedPerDay": [
    "Numbers that one person or system may screen in a day",
    "So that nobody reads a register out by screening every number.",
  ],
  "access.signIn": [
    "Who may sign in with the company account",
    "Groups, addresses and mail domains of your sign-in provider, with the role they get.",
  ],
  "review.everyMonths": ["This policy is reviewed every", "Managers are reminded by mail."],
  "review.lastReviewed": [
    "Last reviewed on",
    "The day on which somebody read the whole policy through. The public reads it too.",
  ],
  "review.by": ["Reviewed by", "Who read it through. The public reads it too."],
};
