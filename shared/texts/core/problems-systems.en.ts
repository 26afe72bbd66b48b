/** Titles of refusals about screening, connectors, reports, mail, webhooks and the audit trail. English (UK). */
export const systemProblems = {
  "screening-over": "This screening has already been finished or cancelled.",
  "connector-key": "The Worker's CONNECTOR_KEY, which encrypts credentials, is missing or invalid.",
  "signing-key": "The Worker's AUDIT_KEY, which signs lists of callable numbers, is missing or invalid.",
  "connector-unlike":
    "The connector's set-up is not as the audit trail has it: somebody may have changed it. Save it again with its credentials.",
  "connector-code":
    "This is not the code of a sign-in that you began here in the last quarter of an hour. Type it as the page shows it, or sign in again.",
  "connector-recipient": "Nothing may be sent to this CRM. Name its host in the policy's recipients first.",
  "connector-running": "This connector is running. Wait until it finishes, or stop it.",
  "connector-idle": "This connector is not running.",
  "connector-not-tried": "Complete a trial run with these settings first: only then may ClearDial write.",
  "audio-unheard": "Listen to it first: only who opened the recording says what they heard.",
  "report-long": "The table has more than 5,000 rows. Ask for fewer days.",
  "export-recipient":
    "The policy names nobody to whom exports go. Describe them in the desk under Policy, Who receives (kind: handed over by hand), have it approved, then try again.",
  "mail-recipient":
    "Nothing may be sent to this mail service. Name its host in the policy's recipients first.",
  "mail-deployed": "The deployment's own settings name the mail service: it is changed there.",
  "mail-not-failed": "Only a failed mail can be sent again.",
  "mail-tried": "A test was mailed to you within this minute. Wait for it, then ask again.",
  "work-stays":
    "Only mails and webhooks can be left out. A recording leaves the list when it is erased, and a CRM when it is marked or turned off.",
  "webhooks-full": "There are already 20 webhooks, the most that are possible.",
  "hook-refused": "The webhook's signature is wrong or has expired.",
  "archive-broken":
    "A file of the archive, of the audit trail or of dials, is missing or was altered. Verify the trail.",
};
