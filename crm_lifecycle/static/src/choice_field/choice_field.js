import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getFieldDomain } from "@web/model/relational_model/utils";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * One click for a selection or a short many2one: a row of buttons, with icons where given.
 *
 * Real buttons, so that the keyboard and a screen reader get them as well. Another click on the
 * chosen one takes the choice back, unless the field is required.
 */
export class ChoiceField extends Component {
    static template = "crm_lifecycle.ChoiceField";
    static props = {
        ...standardFieldProps,
        domain: { type: [Array, Function], optional: true },
        iconField: { type: String, optional: true },
        icons: { type: Object, optional: true },
        iconsOnly: { type: Boolean, optional: true },
        label: { type: String, optional: true },
        required: { type: Boolean, optional: true },
    };

    setup() {
        this.field = this.props.record.fields[this.props.name];
        if (this.field.type === "many2one") {
            this.specialData = useSpecialData((orm, props) => this.loadRecords(orm, props));
        }
    }

    async loadRecords(orm, props) {
        const specification = { display_name: {} };
        if (props.iconField) {
            specification[props.iconField] = {};
        }
        const domain = getFieldDomain(props.record, props.name, props.domain);
        const { records } = await orm.call(this.field.relation, "web_search_read", [], {
            domain,
            specification,
            limit: 20,
        });
        return records;
    }

    get choices() {
        if (this.field.type === "many2one") {
            return Array.from(this.specialData.data || [], (record) => ({
                value: record.id,
                label: record.display_name,
                icon: record[this.props.iconField],
            }));
        }
        return this.field.selection.map(([value, label]) => ({
            value,
            label,
            icon: this.props.icons?.[value],
        }));
    }

    get value() {
        const value = this.props.record.data[this.props.name];
        return this.field.type === "many2one" ? value && value.id : value;
    }

    get chosen() {
        return this.choices.find((choice) => choice.value === this.value);
    }

    choose(choice) {
        let value = this.field.type === "many2one" ? this.asRecord(choice) : choice.value;
        if (choice.value === this.value) {
            if (this.props.required) {
                return;
            }
            value = false;
        }
        this.props.record.update({ [this.props.name]: value });
    }

    asRecord(choice) {
        return { id: choice.value, display_name: choice.label };
    }
}

export const choiceField = {
    component: ChoiceField,
    displayName: _t("Buttons"),
    supportedTypes: ["many2one", "selection"],
    isEmpty: (record, fieldName) => record.data[fieldName] === false,
    extractProps: ({ options, string }, dynamicInfo) => ({
        domain: dynamicInfo.domain,
        iconField: options.icon_field,
        icons: options.icons,
        iconsOnly: Boolean(options.icons_only),
        label: string,
        required: dynamicInfo.required,
    }),
};

registry.category("fields").add("lifecycle_choice", choiceField);
