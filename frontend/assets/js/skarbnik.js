/* Enhancement only: every page works without this file. */
"use strict";

(() => {
  const NBSP = "\u00a0";

  /** Writes integer grosze as the server does (formats.money_text): 1 234,56 zł. */
  const money = (grosze) => {
    const size = Math.abs(grosze);
    const zlote = String(Math.floor(size / 100)).replace(/\B(?=(\d{3})+$)/g, NBSP);
    return `${grosze < 0 ? "\u2212" : ""}${zlote},${String(size % 100).padStart(2, "0")}${NBSP}zł`;
  };

  const sum = (boxes) => boxes.reduce((total, box) => total + Number(box.dataset.amountGr || 0), 0);

  /** Basket: the total follows the choice. */
  const followBasket = (output) => {
    const form = output.closest("form");
    if (!form) return;
    const refresh = () => {
      const chosen = [...form.querySelectorAll("input[data-amount-gr]:checked")];
      const text = money(sum(chosen));
      if (output.textContent.trim() === text) return;
      const shown = document.createElement("span");
      shown.className = "money";
      shown.textContent = text;
      output.replaceChildren(shown);
    };
    form.addEventListener("change", refresh);
    window.addEventListener("pageshow", refresh);
    refresh();
  };

  /** Desk tables: choose all, and see how many and how much. */
  const followRows = (bar) => {
    const form = bar.closest("form");
    if (!form) return;
    const rows = () => [...form.querySelectorAll("input[data-row]:not(:disabled)")];
    if (rows().length === 0) return;
    const all = bar.querySelector("[data-select-all]");
    const refresh = () => {
      const chosen = rows().filter((row) => row.checked);
      all.checked = chosen.length > 0 && chosen.length === rows().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
      bar.querySelector("[data-selected-count]").textContent = String(chosen.length);
      const total = bar.querySelector("[data-selected-total]");
      if (total) total.textContent = money(sum(chosen));
    };
    all.addEventListener("change", () => {
      for (const row of rows()) row.checked = all.checked;
    });
    form.addEventListener("change", refresh);
    window.addEventListener("pageshow", refresh);
    bar.hidden = false;
    refresh();
  };

  /** A value to copy: the button appears only where copying works. */
  const offerCopy = (box) => {
    const button = box.querySelector("[data-copy]");
    const status = box.querySelector("[data-copy-status]");
    const words = button.querySelector("[data-copied]");
    const before = words.textContent;
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("[data-copy-text]").dataset.copyText);
      words.textContent = words.dataset.copied;
      status.textContent = words.dataset.copied;
      window.setTimeout(() => {
        words.textContent = before;
        status.textContent = "";
      }, 4000);
    });
  };

  /** A password that may be looked at while it is typed; it is hidden again before the form is sent. */
  const offerShowing = (input) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary button--small show-password";
    const show = (isShown) => {
      input.type = isShown ? "text" : "password";
      button.textContent = isShown ? input.dataset.hide : input.dataset.show;
    };
    button.addEventListener("click", () => {
      show(input.type === "password");
      input.focus();
    });
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    input.after(button);
  };

  /* Passkeys: the browser's functions take and give bytes, a form takes text. */
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const askDevice = async (kind, options) => {
    const publicKey = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    const withBytes = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
    if (kind === "create") {
      publicKey.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
      publicKey.excludeCredentials = withBytes(publicKey.excludeCredentials);
    } else {
      publicKey.allowCredentials = withBytes(publicKey.allowCredentials);
    }
    const made = await navigator.credentials[kind]({ publicKey });
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    if (kind === "create") {
      response.attestationObject = text(made.response.attestationObject);
    } else {
      response.authenticatorData = text(made.response.authenticatorData);
      response.signature = text(made.response.signature);
      if (made.response.userHandle) response.userHandle = text(made.response.userHandle);
    }
    return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
  };

  /** A form that a passkey answers. */
  const usePasskey = (form) => {
    const trouble = form.querySelector("[data-passkey-trouble]");
    const options = JSON.parse(document.getElementById("passkey-options").textContent);
    let isAnswered = false;
    form.addEventListener("submit", async (event) => {
      const name = form.elements.namedItem("name");
      if (isAnswered || (name && !name.value.trim())) return; // the server says what is missing
      event.preventDefault();
      trouble.hidden = true;
      try {
        form.elements.namedItem("answer").value = JSON.stringify(await askDevice(form.dataset.passkey, options));
        isAnswered = true;
        form.requestSubmit();
      } catch {
        trouble.textContent = navigator.credentials ? trouble.dataset.refused : trouble.dataset.unable;
        trouble.hidden = false;
      }
    });
  };

  /**
   * Tables of the desk: up and down go to the same thing of the next row, Home and End to the first and the last. No letter
   * does anything, so nothing fights with a screen reader or with speech; in its browse mode the reader keeps the arrows.
   */
  const walkRows = (table) => {
    const place = (row, target) =>
      row?.querySelector(target.matches("input") ? "input:not([type=hidden])" : "a[href], button");
    table.addEventListener("keydown", (event) => {
      const row = event.target.closest("tbody tr");
      if (!row || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const rows = [...row.parentElement.querySelectorAll("tr")].filter((one) => place(one, event.target));
      const at = rows.indexOf(row);
      const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key];
      if (!next) return;
      event.preventDefault();
      place(next, event.target).focus();
    });
    /* With Shift a tick goes to all rows from the last one that was ticked. */
    let last = null;
    table.addEventListener("click", (event) => {
      if (!event.target.matches("input[data-row]")) return;
      const boxes = [...table.querySelectorAll("input[data-row]:not(:disabled)")];
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
      if (event.shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
      last = event.target;
    });
  };

  /** Before the session ends for want of action: a question for eyes, keyboard and screen reader. Who types is not asked. */
  const watchIdle = (box) => {
    const warned = Number(box.dataset.warned) * 1000;
    const isFinal = "final" in box.dataset;
    const left = box.querySelector("[data-idle-left]");
    const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
    let endsAt = Date.now() + Number(box.dataset.endsIn) * 1000;
    let actedAt = 0;
    let isAsking = false;
    let isUnderstood = false;

    const leave = () => window.location.assign(box.dataset.signIn);
    const moveTo = (moment) => {
      endsAt = Math.max(endsAt, moment);
      if (box.open && endsAt - Date.now() > warned) box.close();
    };
    const stay = async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        const headers = { "X-CSRFToken": box.dataset.token };
        const answer = await fetch(box.dataset.stay, { method: "POST", redirect: "manual", headers });
        if (!answer.ok) return leave();
        moveTo(Date.now() + (await answer.json()).ends_in * 1000);
        tabs?.postMessage(endsAt);
      } catch {
        /* no network: the question stays, and is asked again */
      } finally {
        isAsking = false;
      }
    };
    const tick = () => {
      const remains = endsAt - Date.now();
      if (remains <= 0) return leave();
      if (remains > warned || isUnderstood) return;
      if (!isFinal && !box.open && Date.now() - actedAt < 60000) return stay();
      const words = remains > 60000 ? `${Math.ceil(remains / 60000)} min` : left.dataset.last;
      if (left.textContent !== words) left.textContent = words;
      if (!box.open) box.showModal();
    };

    for (const kind of ["keydown", "pointerdown"]) {
      document.addEventListener(kind, () => (actedAt = Date.now()), { passive: true });
    }
    box.addEventListener("cancel", (event) => {
      if (isFinal) return (isUnderstood = true);
      event.preventDefault();
      stay();
    });
    box.querySelector("button").addEventListener("click", () => {
      if (!isFinal) return stay();
      isUnderstood = true;
      box.close();
    });
    tabs?.addEventListener("message", (event) => moveTo(event.data));
    tabs?.postMessage(endsAt);
    document.addEventListener("visibilitychange", tick);
    window.addEventListener("pageshow", tick);
    window.setInterval(tick, 5000);
  };

  document.querySelectorAll("[data-basket-total]").forEach(followBasket);
  document.querySelectorAll("[data-select-rows]").forEach(followRows);
  document.querySelectorAll("[data-copyable]").forEach(offerCopy);
  document.querySelectorAll(".page--desk .table").forEach(walkRows);
  document.querySelectorAll("input[type=password][data-show]").forEach(offerShowing);
  document.querySelectorAll("form[data-passkey]").forEach(usePasskey);
  document.querySelectorAll("[data-idle]").forEach(watchIdle);

  /* A form that only passes the browser on. Who comes back to it by "back" decides with its button. */
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") {
    document.querySelector("form[data-sends-itself]")?.submit();
  }

  /* `autofocus` does this where it may; not with a #fragment in the address. */
  window.addEventListener("load", () => {
    if (document.activeElement === document.body) document.querySelector("[data-error-summary]")?.focus();
  });
})();
