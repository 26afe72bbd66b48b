/** The options page: the company's server, the sites that are on, the browser's gate, what a person said about numbers. */
import { ask } from "../messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { BrandIcon } from "../ui/icons.tsx";
import { Gate } from "./Gate.tsx";
import { Rulings } from "./Rulings.tsx";
import { Sites } from "./Sites.tsx";
import { Softphones } from "./Softphones.tsx";
import { softphoneTry, TrySoftphone, useSoftphoneTry } from "../ui/TrySoftphone.tsx";
import { head, openDesk, options, ui, useLive, welcome } from "../ui/our-pages.ts";
import { Server } from "./Server.tsx";
import "../ui/style.css";
import "./options.css";

head(options.title);

export default function Options() {
  const { value: state, reload } = useLive(() => ask("ui.options", {}));
  const tried = useSoftphoneTry();
  return (
    <main className="options">
      <header className="row">
        <BrandIcon size={32} />
        <h1>{options.title}</h1>
      </header>
      {state === undefined && <p className="quiet">{ui.loading}</p>}
      {state === null && <p role="status">{ui.failed}</p>}
      {state && (
        <>
          <Banner trouble={state.trouble} here="options" />
          <Server state={state} changed={reload} />
          {state.person?.role === "admin" && <Files />}
          <Sites state={state} changed={reload} />
          <Gate state={state} changed={reload} />
          <Rulings state={state} changed={reload} />
          <Softphones state={state} />
          <section className="panel" aria-labelledby="try">
            <h2 id="try">{softphoneTry.title}</h2>
            <TrySoftphone {...tried} />
          </section>
          <p>
            <a href={chrome.runtime.getURL("tabs/welcome.html")}>{welcome.again}</a>
          </p>
        </>
      )}
    </main>
  );
}

/** Registers' files are loaded in the desk. Administrators look for that here first, so this links to it. */
const Files = () => (
  <section className="panel" aria-labelledby="files">
    <h2 id="files">{options.files.title}</h2>
    <p>{options.files.text}</p>
    <div className="row" style={{ marginTop: 10 }}>
      <button type="button" onClick={() => openDesk("/lists")}>
        {options.files.button}
      </button>
    </div>
  </section>
);
