/** What officers hear of floods of the public form. */
export const requestFlood = {
  subject: "Unusually many requests by the public form",
  paragraphs: [
    "The public form and its API have brought more than {n} requests within ten minutes. Each objection holds its number, and answers wait some seconds.",
    "Look at them in the desk, under Requests, Objections to check. If it is abuse, take back the objections of this flood alone there. By the API, GET /v1/requests?state=held&wave={wave} lists them, and POST /v1/requests/objections takes them back, up to 500 at once.",
  ],
};
export const requestMany = {
  subject: "Unusually many requests within a day",
  paragraphs: [
    "The public form and its API have brought {n} requests or more within 24 hours. Each objection holds its number. Those that did not come as a flood within ten minutes are not marked, and nothing slows them.",
    "Look at them in the desk, under Requests, Objections to check. This mail comes once a day.",
  ],
};
