// Layout of JavaScript, style sheets and XML. The plug-in is found through NODE_PATH (bin/lint).
module.exports = {
    printWidth: 100,
    tabWidth: 4,
    plugins: [require.resolve("@prettier/plugin-xml")],
    overrides: [
        {
            files: "*.xml",
            options: { xmlWhitespaceSensitivity: "preserve" },
        },
    ],
};
