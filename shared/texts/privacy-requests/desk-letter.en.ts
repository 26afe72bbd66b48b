/** What people read where they write a letter of a request on the desk. English (UK). */
export const deskLetterEn = {
  letter: {
    edit: "Edit",
    preview: "Preview",
    mode: "View of the letter",
    text: "Letter",
    how: "How it goes out",
    sentOn: "Sent on",
    changedNote: "You have changed the words: see that they fit how it goes out now.",
    again: "Draft it again",
    mailNote: "By e-mail goes a link to the requester's page, where the letter is.",
    sentTo: "To which address",
    ownNote: "You send it yourself. Here it is recorded as it went out, with its day and address.",
    authorityNote: "You send it yourself. Here it is recorded, without the requester's name or number.",
    sendMail: "Send",
    record: "Record as sent",
  },
};
