/** The mails about a CRM that cannot be read or written, or whose access ends, and about a provider's list of calls. English (UK). */
export const connectorFailedEn = {
  again: {
    subject: "A CRM cannot be screened",
    paragraphs: [
      "ClearDial could not read or write {name} three times in a row. It said: {error}.",
      "ClearDial keeps trying, at longer intervals. The desk shows the progress under Connectors.",
    ],
  },
  over: {
    subject: "The screening of a CRM was stopped",
    paragraphs: [
      "ClearDial could not read or write {name}, and has given this run up. It said: {error}.",
      "Where the connector is switched on, another run begins within a day. Until then the contacts show the earlier results.",
    ],
  },
  mark: {
    subject: "Numbers in a CRM could not be marked",
    paragraphs: [
      "The status of numbers in {name} has changed, but three attempts in a row to write it to the CRM failed. It said: {error}.",
      "ClearDial still marks the numbers on the CRM's pages, and keeps trying to write them.",
    ],
  },
  signIn: {
    subject: "The access to a CRM has ended",
    paragraphs: [
      "ClearDial renews its access to {name} every day, and today the CRM refused. It said: {error}. Somebody may have removed the app or its user there.",
      "Sign in again: on the desk, under Connectors. Until then its contacts are neither screened nor marked.",
    ],
  },
  signInEnds: {
    subject: "Sign in to a CRM again",
    paragraphs: [
      "By its set-up, the access of {name} ends on {error}.",
      "Sign in again before that day: on the desk, under Connectors.",
    ],
  },
  secretEnds: {
    subject: "The secret of a CRM ends",
    paragraphs: [
      "By its set-up, the secret with which ClearDial reaches {name} ends on {error}.",
      "Make a new one in the CRM before that day, and enter it with the day on which that one ends: on the desk, under Connectors, by Change.",
    ],
  },
  calls: {
    subject: "Calls of a provider cannot be fetched",
    paragraphs: [
      "ClearDial could not fetch the list of calls of {name} three times in a row. It said: {error}.",
      "ClearDial keeps trying, at longer intervals, and loses no call that the provider still lists. Until then these calls are not compared with what ClearDial let through. The desk shows the state under Calls, Sources.",
    ],
  },
  callsBehind: {
    subject: "Calls of a provider are behind",
    paragraphs: [
      "ClearDial has read the list of calls of {name} up to {error} (UTC) alone: the provider puts it off, or its list comes to no end, or has more calls than ClearDial reads in the time.",
      "ClearDial keeps trying, and loses no call that the provider still lists. Until then later calls are not compared with what ClearDial let through. The desk shows the state under Calls, Sources.",
    ],
  },
};
