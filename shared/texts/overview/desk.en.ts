/** The desk's overview. English (UK). */
import { counted } from "../language.ts";

export const overviewEn = {
  title: "Overview",
  lead: "What needs a person's attention, first things first.",
  fine: "Nothing needs your attention",
  fineText: "The registers are fresh, the policy is reviewed, and everything that was sent has arrived.",
  todo: counted("{n} thing needs attention", "{n} things need attention"),
  urgent: "Urgent",
  /** A task of other roles. */
  theirs: "This is for a colleague who is {roles}.",
  see: "See it",
  registers: "Registers",
  register: {
    dated: "As of {date}, {age}",
    days: counted("{n} day old", "{n} days old"),
    limit: "relied on until it is {days} old",
  },
  todos: {
    stale: {
      title: "{list} is too old to rely on",
      text: "Numbers show as not known until a new copy is loaded.",
      do: "Load a new copy",
    },
    never: {
      title: "{list} was never loaded",
      text: "No number can be screened against it.",
      do: "Load it",
    },
    ageing: {
      title: "{list} needs a new copy",
      text: "It is relied on for {days} more.",
      do: "Load a new copy",
    },
    off: {
      title: "{list} is turned off",
      text: "It is a list of your own: calls to numbers on it are not held.",
      do: "See the policy",
    },
    review: {
      title: "The policy needs a review",
      text: "It was last reviewed on {date}, and is to be every {months}.",
      do: "Review it",
    },
    neverReviewed: {
      title: "The policy was never reviewed",
      text: "Read it through, set it to your company's, and put a date to it.",
      do: "Review it",
    },
    identity: {
      title: "Who is calling is not set",
      text: "{what} Anybody who asks must be told who called (PECR 2003 reg 24).",
      do: "Set it",
    },
    presentation: {
      title: "The number to show is not set",
      text: "A marketing call must show a number that can be called back (PECR 2003 reg 21(A1)).",
      do: "Set it",
    },
    consents: {
      title: counted("{n} consent waits for its review", "{n} consents wait for their review"),
      text: "People who may not record consents wrote down what they were told. Until its review, each counts for one call back.",
      do: "Review them",
    },
    scopes: {
      title: counted(
        "{n} objection leaves open whom it is meant for",
        "{n} objections leave open whom they are meant for",
      ),
      text: "The number is closed. Say whether the person, or the whole company, must not be called either.",
      do: "Say whom",
    },
    tasks: {
      title: counted(
        "{n} task in connected CRMs since recordings were erased",
        "{n} tasks in connected CRMs since recordings were erased",
      ),
      text: "The last recordings of some people were erased on their day, and a CRM still has their numbers. Erase there what is not needed any more, or note why it is kept.",
      do: "See them",
    },
    undeclared: {
      title: "{list} is not set up",
      text: "You call numbers of {country}, whose law wants them checked against it: until it is set up as “{id}”, they are not known.",
      do: "Set it up",
    },
    oldRules: {
      title: counted(
        "{n} rule of law was not looked up for half a year",
        "{n} rules of law were not looked up for half a year",
      ),
      text: "Verdicts still go by them: {rules}. Look each up at its source, and update ClearDial.",
      do: "See a rule",
    },
    missing: {
      both: "The company's name is missing, and so is an address or a freephone number.",
      company: "The company's name is missing.",
      contact: "An address or a freephone number is missing.",
    },
    failedMail: {
      title: counted("{n} mail has failed", "{n} mails have failed"),
      text: "They were tried several times and did not go out.",
      do: "See the mail",
    },
    noMail: {
      title: "No mail service is set up",
      text: "Invites must be handed over by hand, and nobody is reminded of anything.",
      do: "See the mail",
    },
    chain: {
      title: "The audit trail does not verify",
      text: "Row {at} is not what it was. Tell the person responsible for data protection.",
      do: "See the trail",
    },
    undescribed: {
      title: counted(
        "{n} recipient of data is to be described",
        "{n} recipients of data are to be described",
      ),
      text: "{hosts}: data goes there from before the policy named who receives it, and goes on until it is described.",
      do: "Describe them",
    },
    refused: {
      title: counted("{n} recipient is sent nothing", "{n} recipients are sent nothing"),
      text: "{hosts}: connected or set up, and not named by the policy. Propose who receives there, or remove what would send.",
      do: "See who receives",
    },
    unjoined: {
      title: counted(
        "{n} person was invited and has not joined",
        "{n} people were invited and have not joined",
      ),
      text: "An invite holds for a day.",
      do: "See the people",
    },
  },
  trail: {
    title: "Audit trail",
    last: "Last verified in this browser {when}: {rows} hold.",
    never: "Not verified in this browser yet.",
    broken: "Row {at} does not hold: {why}",
    rows: counted("{n} row", "{n} rows"),
    verify: "Verify now",
    verifying: counted("Verifying: {n} row holds so far", "Verifying: {n} rows hold so far"),
  },
};
