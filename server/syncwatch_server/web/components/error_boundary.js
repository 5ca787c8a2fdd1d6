// A wall round each panel: one that fails is put away and said so, and the session and the other panels live on.

import { Component, html } from "../vendor/htm_preact.js";
import { Page } from "./context.js";

export class ErrorBoundary extends Component {
  constructor() {
    super();
    this.state = { failed: false };
  }

  static get contextType() {
    return Page;
  }

  componentDidCatch(fault) {
    this.setState({ failed: true });
    this.context?.report?.(fault, this.props.name);
  }

  render({ children, name }, { failed }) {
    if (!failed) return children;
    const { t } = this.context;
    return html`<div class="panel-failed" role="alert" data-panel=${name}>
      <p>${t("panel.failed")}</p>
      <button type="button" class="button" onClick=${() => this.setState({ failed: false })}>${t("panel.again")}</button>
    </div>`;
  }
}
