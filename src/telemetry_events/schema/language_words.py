"""The words that a field must not be called, by the language that keeps them for itself."""

__all__ = ["LANGUAGE_WORDS", "PYTHON_METHODS"]

# The words that a language's generator renames, or makes code of that does not compile.
# JavaScript's keywords are not among them: they are legal as names of properties.
_WORDS = {
    "Python": """
        and as assert async await break class continue def del elif else except finally for from
        global if import in is lambda nonlocal not or pass raise return try while with yield
    """,
    "Go": """
        break case chan const continue default defer else fallthrough for func go goto if import
        interface map package range return select struct switch type var
    """,
    "TypeScript": """
        constructor to_json to_string value_of
    """,
    "Java": """
        abstract assert boolean break byte case catch char class const continue default do double
        else enum extends false final finally float for goto if implements import instanceof int
        interface long native new null package private protected public return short static
        strictfp super switch synchronized this throw throws transient true try void volatile
        while
    """,
    "Rust": """
        abstract as async await become box break const continue crate do dyn else enum extern
        false final fn for gen if impl in let loop macro match mod move mut override priv pub ref
        return self static struct super trait true try type typeof unsafe unsized use virtual
        where while yield
    """,
    # With macros of its headers.
    "C++": """
        alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t
        char16_t char32_t class co_await co_return co_yield compl concept const const_cast
        consteval constexpr constinit continue decltype default delete do double dynamic_cast else
        enum explicit export extern false float for friend goto if inline int long mutable
        namespace new noexcept not not_eq nullptr operator or or_eq private protected public
        register reinterpret_cast requires return short signed sizeof static static_assert
        static_cast struct switch template this thread_local throw true try typedef typeid
        typename union unsigned using virtual void volatile wchar_t while xor xor_eq assert errno
        linux stderr stdin stdout unix
    """,
}
LANGUAGE_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}

# The methods of betterproto2's messages: a field of the name would hide the method.
PYTHON_METHODS = frozenset(
    {"dump", "from_dict", "from_json", "is_set", "load", "parse", "to_dict", "to_json"}
)
