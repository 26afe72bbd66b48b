/**
 * Changes that count without a second person, as there is none: everybody is shown them, so that somebody can object. That
 * they were shown is recorded by the Worker. And a code for another browser of this person that somebody else asks for.
 */
import { useEffect, useState } from "react";
import type { AnnouncedAnswer } from "../../shared/policy/api.ts";
import { english, fill } from "../../shared/texts/language.ts";
import { announcedEn as words } from "../../shared/texts/policy/proposals.en.ts";
import { api } from "../ui/api.ts";
import { WarningIcon } from "../ui/icons.tsx";

export function Announced() {
  const [announced, setAnnounced] = useState<AnnouncedAnswer["announced"]>([]);
  useEffect(() => {
    let gone = false;
    api<AnnouncedAnswer>("GET", "/v1/proposals/announced").then(
      (answer) => !gone && setAnnounced(answer.announced),
      // An older Worker has none; one that cannot be reached is told of elsewhere.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, []);
  if (announced.length === 0) return null;
  const time = new Intl.DateTimeFormat(english.language, { dateStyle: "medium", timeStyle: "short" });
  return (
    // In English only, like the policy.
    <div className="banner" role="status" lang={english.language}>
      <WarningIcon />
      <div>
        {announced.map(({ id, byName, changes, countsAt, own }) => (
          <p key={id}>
            {fill(own ? words.own : countsAt === null ? words.soon : words.from, {
              by: byName,
              what: changes.join("; "),
              date: countsAt === null ? "" : time.format(Date.parse(countsAt)),
            })}
          </p>
        ))}
      </div>
    </div>
  );
}
