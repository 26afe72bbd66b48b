/** What became of a sign-in to a CRM, in English (United Kingdom): on the desk, and on the page that a browser comes back by. */
export const signInPageEn = {
  failedTitle: "Not signed in",
  otherAccount: "This connector is of the account {account}. Connect another by itself.",
  failed: {
    unknown: "This is not from a sign-in that you began on this connector's page of the desk.",
    late: "It took longer than a quarter of an hour.",
    changed: "The connector was changed meanwhile, or it was signed in already.",
    refused: "The CRM did not let ClearDial in. It said: {said}.",
    recipient: "ClearDial may send nothing to this CRM: {said}. Name its host in the policy's recipients.",
    "no-answer": "The CRM did not answer.",
    "no-refresh":
      "The CRM let ClearDial in for this session alone. Allow its app to be refreshed (the scope refresh_token), and see that its refresh tokens last.",
    "other-account":
      "This was the account {said}, and the connector is of another. Sign out of the CRM first, or connect that account by itself. In the account {said} the app is now allowed: remove it there if it is not to be.",
  },
};
