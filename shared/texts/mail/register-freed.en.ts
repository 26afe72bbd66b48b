/** The mails about what an administrator did to a register alone, by which numbers may be called. */
const undo =
  "If that is not right, bring the version before back today: Registers in the desk, its history. The trail says the rest.";
export const registerFreedEn = {
  lost: {
    subject: "{list} lost more numbers than the policy lets a push remove",
    paragraphs: [
      "{by} made version {version} of {list} live, dated {date}. Within a day {n} numbers went from this register, which is more than the policy's share: it holds no call to them any longer.",
      "Half a file is the usual cause. " + undo,
    ],
  },
  attested: {
    subject: "{list} got a later date with the same copy",
    paragraphs: [
      "{by} said that the same file, or the same numbers, of {list} are its copy of {date} (version {version}). ClearDial relies on it from that day on.",
      "Anyone who was listed since is not in it. If the register was not read on that day, push its own file today.",
    ],
  },
  "by-hand": {
    subject: "{list} was changed by hand",
    paragraphs: [
      "{by} changed {list}, a public register, by hand (version {version}): {n} numbers went from it, and its copy is now dated {date}.",
      "Only its keeper says who is listed. " + undo,
    ],
  },
  back: {
    subject: "{list} is as an earlier version was",
    paragraphs: [
      "{by} brought an earlier version of {list} back, as version {version}, dated {date}: {n} numbers went from it, and it holds no call to them any longer.",
      undo,
    ],
  },
};
