/** The welcome page: join, turn the CRM on, read the badges, hold telephone links, try the softphone; then the next steps of a manager, compliance officer or administrator. */
import { useEffect, useState } from "react";
import { Gate } from "../options/Gate.tsx";
import { type Invite, inviteFrom, pressedInvite } from "../ui/invite.ts";
import { fill } from "../../shared/texts/language.ts";
import { type Answer, ask } from "../messages.ts";
import { hostOf } from "../origins.ts";
import { Badges } from "../welcome/Badges.tsx";
import { BrandIcon } from "../ui/icons.tsx";
import { Join } from "../ui/Join.tsx";
import { CompanySites, isPage } from "../ui/CompanySites.tsx";
import { head, openDesk, options, roles, texts, ui, useLive, welcome } from "../ui/our-pages.ts";
import { gateTexts, statusOf } from "../ui/gate.ts";
import { isHeld, softphoneTry, TrySoftphone, useSoftphoneTry } from "../ui/TrySoftphone.tsx";
import { Picture } from "../welcome/Picture.tsx";
import "../ui/style.css";
import "../options/options.css";
import "../welcome/welcome.css";

head(welcome.title);

const STEPS = 5;

type State = Answer<"ui.options">;
interface Props {
  state: State;
  changed: () => Promise<void>;
}

export default function Welcome() {
  const { value: state, reload } = useLive(() => ask("ui.options", {}));
  const tried = useSoftphoneTry();
  return (
    <main className="options welcome">
      <header>
        <div className="row">
          <BrandIcon size={32} />
          <h1>{welcome.title}</h1>
        </div>
        <p>{welcome.lead}</p>
      </header>
      {state === undefined && <p className="quiet">{ui.loading}</p>}
      {state === null && <p role="status">{ui.failed}</p>}
      {state && (
        <>
          <ol className="steps">
            <Step n={1} title={welcome.join.title} done={hasJoined(state)}>
              <JoinStep state={state} changed={reload} />
            </Step>
            <Step n={2} title={welcome.site.title} done={state.sites.length > 0}>
              <SiteStep state={state} changed={reload} />
            </Step>
            <Step n={3} title={welcome.badges.title}>
              <Badges />
            </Step>
            <Step n={4} title={gateTexts.first} done={statusOf(state.gate) === "on"}>
              {state.person ? (
                <Gate state={state} changed={reload} />
              ) : (
                <p className="quiet">{gateTexts.joinFirst}</p>
              )}
            </Step>
            <Step n={STEPS} title={softphoneTry.title} done={isHeld(tried.value)}>
              <p className={state.sites.length > 0 ? "state good" : "state"}>
                {state.sites.length > 0 ? options.softphones.on : options.softphones.noSite}
              </p>
              <TrySoftphone away {...tried} />
            </Step>
          </ol>
          <Next state={state} />
        </>
      )}
    </main>
  );
}

const hasJoined = (state: State) => state.person !== null && state.trouble !== "signed-out";

interface StepProps {
  n: number;
  title: string;
  done?: boolean;
  children: React.ReactNode;
}

function Step({ n, title, done = false, children }: StepProps) {
  return (
    <li className="panel" data-done={done}>
      <div className="row">
        <span className="mark" aria-hidden="true">
          {done ? "✓" : n}
        </span>
        <h2 className="grow">
          <span className="unseen">{fill(welcome.step, { n, all: STEPS })}: </span>
          {title}
        </h2>
        {/* Announced by screen readers when the step is done. */}
        <span className="good" role="status">
          {done && welcome.done}
        </span>
      </div>
      {children}
    </li>
  );
}

function JoinStep({ state, changed }: Props) {
  const { person, workerUrl, locked } = state;
  const [invite, setInvite] = useState(() => inviteFrom(location.hash));
  // Our button was pressed on an invite's page (popup/take-invite.ts).
  const [pressed, setPressed] = useState<Invite | null>();
  useEffect(() => {
    void pressedInvite.take().then((taken) => {
      if (taken) setInvite(taken);
      setPressed(taken);
    });
  }, []);
  const isLocked = locked.includes("server");
  if (person && hasJoined(state))
    return (
      <p className="breakable">
        {fill(welcome.join.joined, {
          name: person.name,
          role: roles[person.role],
          server: hostOf(workerUrl ?? ""),
        })}
      </p>
    );
  if (pressed === undefined) return null;
  return (
    <Join
      // Who has joined before, or may join one server alone, sees first which one this is.
      atOnce={pressed !== null && person === null && (!isLocked || workerUrl === pressed.url)}
      url={(isLocked ? null : invite?.url) ?? workerUrl ?? ""}
      code={invite?.code ?? ""}
      known={workerUrl !== null && (isLocked || invite === null)}
      locked={isLocked}
      replaces={false}
      joined={async () => {
        // The code is used up: take it out of the address bar and the history.
        history.replaceState(null, "", location.pathname);
        await changed();
      }}
    />
  );
}

function SiteStep({ state, changed }: Props) {
  const sites = state.sites.map(({ origin }) => hostOf(origin));
  const [first] = state.sites.map(({ origin }) => origin).filter(isPage);
  const open = (origin: string) => void chrome.tabs.create({ url: origin });
  return (
    <>
      {sites.length > 0 && (
        <p className="breakable">
          {fill(welcome.site.on, { sites: new Intl.ListFormat(texts.language).format(sites) })}
        </p>
      )}
      {first !== undefined && state.offered.length === 0 && (
        <div className="row wraps">
          <button type="button" className="first" onClick={() => open(first)}>
            {welcome.site.open}
          </button>
        </div>
      )}
      <CompanySites
        tabId={chrome.tabs.TAB_ID_NONE}
        offered={state.offered}
        changed={changed}
        opens={{ label: welcome.site.turnOnAndOpen, open }}
      />
      <div className="shown">
        <ol className="how">
          {welcome.site.how.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ol>
        <Picture />
      </div>
      <p className="quiet">{welcome.site.elsewhere}</p>
    </>
  );
}

/** The next steps for every role but agents. */
function Next({ state }: { state: State }) {
  const role = state.person?.role;
  if (!hasJoined(state) || role === undefined || role === "agent") return null;
  const { title, steps } = welcome.next[role];
  return (
    <section className="panel" aria-labelledby="next">
      <h2 id="next">{title}</h2>
      <ul className="list">
        {steps.map(({ text, ...way }) => (
          <li key={text}>
            <span className="grow">{text}</span>
            {"to" in way && (
              <button type="button" onClick={() => openDesk(way.to)}>
                {way.button}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
