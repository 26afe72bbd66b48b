/** Names of other people, and other requests, in a requester's copy: what the desk says, and why a name is refused. English (UK). */
import { counted } from "../language.ts";

export const namesEn = {
  title: "In the copy",
  names: "Names of other people, one a line",
  namesNote:
    "As they are written in our notes, four words at most. Each is taken out of all free texts of the copy; see first in how many places it is.",
  look: "Count the places",
  found: "Places in the copy",
  line: "{name}: {places}.",
  places: counted("{n} place", "{n} places"),
  refused: {
    own: "It is not taken out: it is the requester's own name. If somebody else has it, too, say so below.",
    company: "It is not taken out: it is the company's name.",
    empties: "It is not taken out: a text is this word alone. Write more of the name.",
    absent: "It is nowhere in the copy, as it is written here.",
  },
  anyway: "Somebody else has the requester's name, too: take it out anyway",
  same: "Requests about the same number that are this person's, too",
  sameNote:
    "The copy has those that are ticked, and those by the same name whose confirmed address is the same. Of the others it says that there were any. A mailbox may be shared: tick another name only if you know that they are one person.",
  other: "{kind} {reference}, {name}, {date}",
  reason: "How you know",
  save: "Save for the next copy",
};
