import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { standardErrorDialogProps } from "@web/core/errors/error_dialogs";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Record } from "@web/model/record";
import { Field } from "@web/views/fields/field";

import { STAGE_REFUSED } from "./stage_refused_record";

const MODEL = "crm.lead";
const NAMED = { display_name: { type: "char", name: "display_name", readonly: true } };
// What cannot be filled in a line of a dialog is only named.
const FILLABLE = new Set([
    "char",
    "text",
    "html",
    "selection",
    "boolean",
    "integer",
    "float",
    "monetary",
    "date",
    "datetime",
    "many2one",
    "many2many",
]);

/**
 * A lead may not enter a stage: all that is missing, and the missing fields to fill.
 *
 * *Save and move* saves the fields, whatever else was typed in the form, and the stage in one
 * write. When something is still missing, the dialog stays and shows it. A manager may move the
 * lead anyway, with a reason. Several leads at once, or one that is not created yet, are listed.
 */
export class StageRefusedDialog extends Component {
    static template = "crm_lifecycle.StageRefusedDialog";
    static components = { Dialog, Field, Record };
    static props = { ...standardErrorDialogProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.fieldService = useService("field");
        this.root = useRef("root");
        this.pending = this.props.data.pending;
        // Made here: in a slot, a getter's "this" is not the component.
        this.hooks = {
            onRootLoaded: (root) => {
                this.record = root;
            },
        };
        this.state = useState({
            leads: this.props.data.context.leads,
            overriding: false,
            reason: "",
            busy: false,
        });
        this.mayOverride = this.props.data.context.may_override;
        onWillStart(() => this.loadFields());
    }

    /** The fields of the lead that are missing and that this user can fill. */
    async loadFields() {
        const all = await this.fieldService.loadFields(MODEL);
        const missing = this.state.leads.flatMap((lead) => lead.missing);
        const names = [...new Set(missing.flatMap((condition) => condition.fields))];
        this.labels = Object.fromEntries(names.map((name) => [name, all[name]?.string]));
        const fillable = names.filter(
            (name) => all[name] && !all[name].readonly && FILLABLE.has(all[name].type),
        );
        this.fillable = this.single ? fillable : [];
        // A currency is needed to show an amount, the company to choose a record.
        const helping = this.fillable.flatMap((name) => this.helping(all, all[name]));
        this.fields = Object.fromEntries(
            [...this.fillable, ...helping].map((name) => [name, all[name]]),
        );
        this.activeFields = Object.fromEntries(
            Object.keys(this.fields).map((name) => [name, this.activeField(all[name])]),
        );
    }

    helping(all, field) {
        const names = [field.currency_field, "company_id"];
        return names.filter((name) => name && all[name]);
    }

    activeField(field) {
        const related = { activeFields: { display_name: { attrs: {}, options: {} } } };
        return {
            readonly: this.fillable.includes(field.name) ? undefined : "True",
            related: field.type === "many2many" ? { ...related, fields: { ...NAMED } } : undefined,
        };
    }

    get title() {
        return _t("Something is still missing");
    }

    /** The lead to fill, when there is one that exists. */
    get single() {
        const [lead] = this.state.leads;
        return this.state.leads.length === 1 && lead.id ? lead : null;
    }

    get canOverride() {
        return this.mayOverride && this.state.leads.every((lead) => lead.id);
    }

    get recordProps() {
        return {
            resModel: MODEL,
            resId: this.single.id,
            fields: this.fields,
            activeFields: this.activeFields,
            mode: "edit",
            hooks: this.hooks,
        };
    }

    fieldType(name) {
        return this.fields[name].type === "many2many" ? "many2many_tags" : undefined;
    }

    labelsOf(condition) {
        return condition.fields.map((name) => this.labels[name] || name).join(", ");
    }

    /** What was typed in the form and in this dialog, without the stage. */
    async values() {
        const typed = { ...this.pending?.typed };
        delete typed.stage_id;
        const filled = this.record ? await this.record.getChanges() : {};
        return { ...typed, ...filled };
    }

    async save() {
        const { id, stage_id } = this.single;
        const values = await this.values();
        await this.perform(() => this.write([id], { ...values, stage_id }));
    }

    async override() {
        if (!this.state.overriding) {
            this.state.overriding = true;
            return;
        }
        if (!this.state.reason.trim()) {
            this.root.el.querySelector("[name=reason]").focus();
            return;
        }
        await this.perform(async () => {
            const values = this.single ? await this.values() : {};
            if (Object.keys(values).length) {
                await this.write([this.single.id], values);
            }
            for (const [stage, ids] of this.byStage()) {
                await this.orm.call(MODEL, "action_override_stage", [
                    ids,
                    stage,
                    this.state.reason,
                ]);
            }
        });
    }

    write(ids, values) {
        return this.orm.webSave(MODEL, ids, values, { specification: {} });
    }

    byStage() {
        const ids = new Map();
        for (const lead of this.state.leads) {
            ids.set(lead.stage_id, [...(ids.get(lead.stage_id) || []), lead.id]);
        }
        return ids;
    }

    /** Do it; a new refusal is shown here instead of in a dialog above this one. */
    async perform(work) {
        this.state.busy = true;
        try {
            await work();
        } catch (error) {
            this.state.busy = false;
            if (error.exceptionName !== STAGE_REFUSED) {
                throw error;
            }
            this.state.leads = error.data.context.leads;
            return;
        }
        this.props.close();
        await this.reload();
    }

    async reload() {
        const model = this.pending?.record.model;
        if (!model) {
            return this.action.doAction("soft_reload");
        }
        await model.load();
    }
}

registry.category("error_dialogs").add(STAGE_REFUSED, StageRefusedDialog);
