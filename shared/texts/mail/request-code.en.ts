/** The mail with the code that shows how far a request is. English (UK). */
export const requestCodeEn = {
  subject: "Your code for the request {reference}",
  paragraphs: [
    "Your code is {code}. Write it on the page, which then shows how far the request {reference} is.",
    "It works for ten minutes at least. If you did not ask for it, you need do nothing: without the code the page shows nothing.",
  ],
};
