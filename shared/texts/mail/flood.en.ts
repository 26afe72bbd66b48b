/** What officers hear of floods of the public form. */
export const requestFlood = {
  subject: "Unusually many requests by the public form",
  paragraphs: [
    "The public form and its API have brought more than {n} requests within ten minutes. Each objection that was taken holds its number. Until fewer come, a sender's browser has to work out a challenge first, unless nearly all come from a few other networks.",
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
export const requestSlowed = {
  subject: "The public form takes requests more slowly",
  paragraphs: [
    "More than {n} requests came by the public form and its API within ten minutes, from many networks or from one. Until fewer come, a request from anywhere, or from that one, is taken only after the sender's browser has worked out a challenge, which takes some seconds. Nobody has to press anything, but a browser without scripts cannot: the page then says how else to reach you. A form of your own that does not solve the challenge is refused (428): look at what it kept, and send it again.",
    "Look in the desk, under Requests, Objections to check, for what came before: each objection there holds its number. This mail comes once a day at most, however long it lasts.",
  ],
};
