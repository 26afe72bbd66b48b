/** Requests of data subjects: the queue by deadline, objections that nobody has checked, the figures, and letters' words. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { deskRequestsEn } from "../../../shared/texts/privacy-requests/desk.en.ts";
import { Page } from "../parts/Page.tsx";
import { words } from "../parts/words.ts";
import { RequestsEnter } from "./Enter.tsx";
import { RequestsFigures } from "./Figures.tsx";
import { RequestsObjections } from "./Objections.tsx";
import { RequestsQueue } from "./Queue.tsx";
import { RequestsTemplates } from "./Templates.tsx";
import { useMay } from "../shell/me.ts";
import { TabbedPage } from "../shell/TabbedPage.tsx";

const text = deskRequestsEn;

const panels = {
  queue: RequestsQueue,
  objections: RequestsObjections,
  figures: RequestsFigures,
  letters: RequestsTemplates,
};

export default function Requests() {
  const mayAll = useMay("compliance", "admin");
  const [entering, setEntering] = useState(false);
  const title = words.nav.requests;
  const actions = <Button onClick={() => setEntering(true)}>{text.enter.button}</Button>;
  return (
    <>
      {mayAll ? (
        <TabbedPage {...{ title, actions, panels }} path="/requests" lead={text.lead} labels={text.tabs} />
      ) : (
        // Managers see the figures alone, and enter what they were told.
        <Page {...{ title, actions }} lead={text.leadFigures}>
          <RequestsFigures />
        </Page>
      )}
      {entering && <RequestsEnter close={() => setEntering(false)} />}
    </>
  );
}
