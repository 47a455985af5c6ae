// JavaScript of the addons: Odoo's modules run in the browser. Packages are found through NODE_PATH.
const js = require("@eslint/js");
const globals = require("globals");

module.exports = [
    js.configs.recommended,
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly", Chart: "readonly" },
        },
        rules: {
            complexity: ["error", 10],
            curly: "error",
            eqeqeq: "error",
            "max-lines": ["error", 400],
            "max-lines-per-function": ["error", { max: 40, skipComments: true }],
            "no-alert": "error",
            "no-console": "error",
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "no-var": "error",
            "prefer-const": "error",
        },
    },
    {
        // A test or a tour is one long list of steps.
        files: ["**/static/tests/**/*.js"],
        rules: { "max-lines-per-function": "off" },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: { sourceType: "commonjs", globals: globals.node },
    },
];
