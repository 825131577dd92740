"""Which columns a form may have, and how a header, however written, becomes one of them.

pyxform takes unknown columns without a word and leaves them aside, so a misspelt ``relevent`` would
be lost; that is why they are listed here.
"""

from __future__ import annotations

EXPRESSIONS = frozenset(
    {
        "relevant",
        "relevance",
        "constraint",
        "calculation",
        "calculate",
        "required",
        "readonly",
        "read_only",
        "choice_filter",
        "repeat_count",
    }
)
TEXTS = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message", "caption"}
)
QUOTING = frozenset({"trigger", "default", "parameters", "count"})
"""Columns that are no expressions, or only sometimes, but may name questions as ``${name}``."""
SURVEY_COLUMNS = (
    EXPRESSIONS
    | TEXTS
    | QUOTING
    | {
        *("type", "name", "command", "tag", "value", "appearance"),
        *("image", "big-image", "audio", "video", "media", "bind", "control", "body"),
        *("instance", "rows", "autoplay", "note", "notes", "comment", "comments"),
        *("disabled", "save_to", "intent", "query", "list_name", "choices"),
        *("requiredmsg", "constraining_message", "noapperrorstring", "no_app_error_string"),
        *("compact_tag", "sms_field", "sms_option", "sms_separator", "accuracythreshold", "jr"),
    }
)
SETTINGS_COLUMNS = frozenset(
    {
        *("form_title", "form_id", "version", "default_language", "style", "instance_name"),
        *("public_key", "submission_url", "auto_send", "auto_delete", "allow_choice_duplicates"),
        *("name", "title", "id_string", "set_form_title", "set_form_id", "namespaces", "prefix"),
        *("add_none_option", "omit_instanceid", "clean_text_values", "client_editable"),
        *("sms_keyword", "sms_separator", "delimiter", "attribute", "compact_prefix", "note"),
    }
)
_SAME = {
    "command": "type",
    "tag": "name",
    "relevance": "relevant",
    "calculate": "calculation",
    "read_only": "readonly",
    "caption": "label",
    "count": "repeat_count",
    "requiredmsg": "required_message",
    "constraining_message": "constraint_message",
}
_HOLDERS = frozenset({"bind", "control", "body", "media", "instance"})


def base(header: str) -> str:
    """Return what a header means, without its language: ``label`` of ``Label::Español (es)``."""
    return header.partition(":")[0].strip().lower().replace(" ", "_")


def meaning(header: str) -> str:
    """Return the one name of a column that may be written in several ways.

    ``bind::relevant``, ``relevance`` and ``Relevant`` are all ``relevant``.
    """
    name = base(header)
    if name in _HOLDERS and ":" in header:
        name = header.rpartition(":")[2].strip().lower()
    return _SAME.get(name, name)
