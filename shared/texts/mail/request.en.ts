/** Mails about one request: the code that shows how far it is, and its withdrawal by a link. English (UK). */
export const requestCodeEn = {
  subject: "Your code for the request {reference}",
  paragraphs: [
    "Your code is {code}. Write it on the page, which then shows how far the request {reference} is.",
    "It works for ten minutes at least. If you did not ask for it, you need do nothing: without the code the page shows nothing.",
  ],
};

export const requestWithdrawnEn = {
  subject: "A request was withdrawn by a link: {reference}",
  paragraphs: [
    "The request {reference}, which {by} entered, was withdrawn by the link that went to its address. Nothing more is owed for it.",
    "Compare the address with what the requester sent. If it is not theirs, or they still want this, enter the request again today, with the day on which it was received.",
  ],
};
