/** The options page: the company's server, the sites that are on, what a person said about numbers. */
import { ask } from "./messages.ts";
import { Banner } from "./ui/Banner.tsx";
import { BrandIcon } from "./ui/icons.tsx";
import { Rulings, Sites } from "./ui/Kept.tsx";
import { head, ui, useLive } from "./ui/page.ts";
import { Server } from "./ui/Server.tsx";
import "./ui/style.css";
import "./ui/options.css";

head(ui.optionsTitle);

export default function Options() {
  const { value: state, reload } = useLive(() => ask("ui.options", {}));
  return (
    <main className="options">
      <header className="row">
        <BrandIcon size={32} />
        <h1>{ui.optionsTitle}</h1>
      </header>
      {state === undefined && <p className="quiet">{ui.loading}</p>}
      {state === null && <p role="status">{ui.failed}</p>}
      {state && (
        <>
          <Banner trouble={state.trouble} here="options" />
          <Server state={state} changed={reload} />
          <Sites state={state} changed={reload} />
          <Rulings state={state} changed={reload} />
        </>
      )}
    </main>
  );
}
