/** The popup: this site's switch, counts of the page, a number to check, the registers' age, the policy. */
import { useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import type { PopupState } from "../carried.ts";
import { ask } from "../messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Check } from "./Check.tsx";
import { DialWarnings } from "./DialWarnings.tsx";
import { gateTexts, statusOf } from "../ui/gate.ts";
import { BrandIcon, DeskIcon, GearIcon } from "../ui/icons.tsx";
import { CompanySites } from "../ui/CompanySites.tsx";
import { head, mayChangePolicy, openDesk, roles, ui, useLive } from "../ui/our-pages.ts";
import { Announced } from "./Announced.tsx";
import { PolicyPanel } from "./PolicyPanel.tsx";
import { Purpose } from "./Purpose.tsx";
import { OldRegisters, Registers } from "./Registers.tsx";
import { Site } from "./Site.tsx";
import { takeInvite } from "./take-invite.ts";
import "../ui/style.css";
import "./popup.css";

head(ui.popupTitle);

/** The tab below the popup. A popup opened in a tab names the tab that it shows (`popup.html?tabId=…`). */
async function shownTab(): Promise<number> {
  const named = Number(new URLSearchParams(location.search).get("tabId"));
  if (named > 0) return named;
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? chrome.tabs.TAB_ID_NONE;
}

export default function Popup() {
  const [tab] = useState(shownTab);
  const { value, reload } = useLive(async () => {
    const tabId = await tab;
    const state = await ask("ui.state", { tabId });
    const isOut = !state.joined || state.trouble === "signed-out";
    if (isOut && (await takeInvite(tabId))) window.close();
    return { tabId, state };
  });
  return (
    <main className="popup">
      <header className="row">
        <BrandIcon />
        <h1 className="grow">{ui.name}</h1>
        {value?.state.person && value.state.person.role !== "agent" && (
          <button
            type="button"
            className="plain"
            title={ui.openDesk}
            aria-label={ui.openDesk}
            onClick={() => openDesk()}
          >
            <DeskIcon />
          </button>
        )}
        <button
          type="button"
          className="plain"
          title={ui.openOptions}
          aria-label={ui.openOptions}
          onClick={openOptions}
        >
          <GearIcon />
        </button>
      </header>
      {value === undefined && <p className="quiet">{ui.loading}</p>}
      {value === null && <p role="status">{ui.failed}</p>}
      {value && <Body tabId={value.tabId} state={value.state} changed={reload} />}
    </main>
  );
}

function openOptions() {
  void chrome.runtime.openOptionsPage();
}

interface BodyProps {
  tabId: number;
  state: PopupState;
  changed: () => Promise<void>;
}

function Body({ tabId, state, changed }: BodyProps) {
  const warnings = <DialWarnings dials={state.dials} heard={state.heard} changed={changed} />;
  if (!state.joined)
    return (
      <>
        <section className="panel">
          <p>{ui.notJoined}</p>
          <p style={{ marginTop: 10 }}>
            <button type="button" className="first" onClick={openOptions}>
              {ui.connect}
            </button>
          </p>
        </section>
        {warnings}
      </>
    );
  // What a person comes for is where it needs no scrolling.
  const mayToggle = mayChangePolicy(state.person?.role);
  const { trouble } = state;
  // Of a server that cannot be asked there is one thing to say.
  const unheard = trouble !== null && trouble !== "busy";
  return (
    <>
      <Banner trouble={trouble} here="popup" />
      {!unheard && (
        <>
          <OldRegisters context={state.context} mayLoad={state.person?.role === "admin"} />
          <Announced key={state.person?.id} />
        </>
      )}
      {warnings}
      <Site
        tabId={tabId}
        site={state.site}
        unheard={unheard}
        locked={state.locked.includes("sites")}
        changed={changed}
      />
      <CompanySites tabId={tabId} offered={state.offered} changed={changed} />
      {state.gate.on && <GateLine gate={state.gate} />}
      <Purpose context={state.context} locked={state.locked.includes("purpose")} changed={changed} />
      <Check />
      {trouble !== "signed-out" && <p className="quiet who">{signedIn(state)}</p>}
      {!unheard && !mayToggle && <Registers context={state.context} />}
      <PolicyPanel key={state.person?.id} state={state} />
      {!unheard && mayToggle && <Registers context={state.context} />}
    </>
  );
}

/** Where it works, a line; where it does not, what to do. */
function GateLine({ gate }: { gate: PopupState["gate"] }) {
  const status = statusOf(gate);
  return (
    <section className="panel">
      <p className={status === "on" ? "quiet" : "bad"}>{gateTexts.status[status]}</p>
      {status !== "on" && (
        <p style={{ marginTop: 10 }}>
          <button type="button" onClick={openOptions}>
            {ui.openOptions}
          </button>
        </p>
      )}
    </section>
  );
}

function signedIn({ person, company }: PopupState): string {
  if (!person) return "";
  const values = { name: person.name, role: roles[person.role], company };
  return fill(company ? ui.signedInAt : ui.signedInAs, values);
}
