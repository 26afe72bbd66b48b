/** How far a request is, and its one next step, as the desk's page says them. English (UK). */
export const deskPathEn = {
  label: "How far it is",
  stages: {
    identity: "Identity",
    search: "Search",
    decide: "Decide",
    copy: "Copy",
    erase: "Erase",
    letter: "Letter",
    close: "Close",
  },
  states: { done: "done", now: "next", later: "later" },
  search: {
    text: "Recordings, calls, consents and do-not-call entries of the number, whenever they were.",
    yes: "Search for all of it",
  },
  judge: "All findings are theirs",
  handOver: {
    text: "The copy went to nobody yet. Download it to print it or to enclose it with the letter; or hand over a link, under “More”.",
    yes: "Download the copy",
    busy: "Downloading… {share}",
  },
  more: "More",
};
