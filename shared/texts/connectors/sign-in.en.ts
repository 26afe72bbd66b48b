/** The page that a browser comes back to after an administrator signed in to a CRM, in English (United Kingdom). */
export const signInPageEn = {
  title: "Enter this code on the desk",
  done: "{account} lets ClearDial read and write its records, as the connector {name}. That begins once this code is entered on the desk, on the connector's page, within a quarter of an hour, by the administrator who began:",
  doneSomewhere:
    "That account lets ClearDial read and write its records, as the connector {name}. That begins once this code is entered on the desk, on the connector's page, within a quarter of an hour, by the administrator who began:",
  next: "Did you not begin this on your own desk? Then give nobody the code, and remove ClearDial's app in the CRM.",
  failedTitle: "Not signed in",
  again: "The connector is as it was. Close this page, and sign in again from the desk.",
  otherAccount: "This connector is of the account {account}. Connect another by itself.",
  busy: "Too many tries came from your network. Wait a minute.",
  failed: {
    unknown: "This page was not opened by a sign-in that began on the desk.",
    late: "It took longer than a quarter of an hour.",
    changed:
      "The connector was changed meanwhile, it was signed in already, or who began this is no longer an administrator.",
    altered: "ClearDial does not go by this connector: {said}.",
    refused: "The CRM did not let ClearDial in. It said: {said}.",
    recipient: "ClearDial may send nothing to this CRM: {said}. Name its host in the policy's recipients.",
    "no-answer": "The CRM did not answer.",
    "no-refresh":
      "The CRM let ClearDial in for this session alone. Allow its app to be refreshed (the scope refresh_token), and see that its refresh tokens last.",
    "other-account":
      "This was the account {said}, and the connector is of another. Sign out of the CRM first, or connect that account by itself. In the account {said} the app is now allowed: remove it there if it is not to be.",
  },
};
