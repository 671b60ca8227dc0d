"""Flask-AppBuilder as back end of sign-in and nothing more: no page, no menu, no table of its own is used."""

from __future__ import annotations

from typing import Any

from flask import Flask, Request
from flask_appbuilder import AppBuilder
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_limiter import Limiter
from flask_login import LoginManager, UserMixin

from regbook.errors import RegbookError
from regbook.services.accounts import SignedIn, sign_in
from regbook.services.office import Office
from regbook.web.callers import caller

CONFIGURATION = {
    "FAB_ADD_SECURITY_VIEWS": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_ADD_SECURITY_PERMISSION_VIEW": False,
    "FAB_ADD_OPENAPI_VIEWS": False,
    "FAB_ADD_MENU_API": False,
    "FAB_API_SWAGGER_UI": False,
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "FAB_API_ALLOW_JSON_QS": False,
    "FAB_SECURITY_SIGNALS_ENABLED": False,
    "AUTH_RATE_LIMITED": False,  # the service limits by account and address, in the database
    "RATELIMIT_ENABLED": False,
}


class SignedInUser(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """What Flask-AppBuilder and Flask-Login call a user: somebody's account, without any right."""

    roles: tuple[()] = ()
    groups: tuple[()] = ()

    def __init__(self, account: str, person: str | None, session: SignedIn | None = None) -> None:
        self.id = self.username = account
        self.person = person
        self.session = session


class RegbookSecurity(SecurityManager):  # type: ignore[misc]  # flask_appbuilder has no types
    """Checks passwords and knows accounts through the services; every answer about a permission is no."""

    office: Office

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Flask-Login asks who a request is, and keeps nothing: sessions are the services'."""
        manager = LoginManager()
        manager.request_loader(self.load_request)
        app.login_manager = manager  # type: ignore[attr-defined]
        return manager

    def create_jwt_manager(self, app: Flask) -> None:
        """There are no JWT: programs bring tokens that the services issued."""

    def create_limiter(self, app: Flask) -> Limiter:
        """Nothing is counted in memory: sign_in counts in the database."""
        return Limiter(key_func=lambda: "", enabled=False)

    def create_db(self) -> None:
        """Migrations make the tables; permissions and roles stay empty."""

    def register_views(self) -> None:
        """None of its pages: the sign-in page is ours."""

    def load_request(self, request: Request) -> SignedInUser | None:
        """Who the request is, for whatever asks Flask-Login; one statement, asked once a request."""
        try:
            found = caller()
        except RegbookError:
            return None
        return SignedInUser(found.account, found.actor.person)

    def load_user(self, pk: Any) -> None:
        """Nobody: what Flask's own cookie says is not asked."""

    def auth_user_db(self, username: str, password: str, address: str = "", agent: str = "") -> SignedInUser:
        """The account of a name and password, with its new session.

        Raises:
            SignInRefused: it does not open, whatever the reason.
        """
        session = sign_in(self.office, username, password, address=address, agent=agent)
        return SignedInUser(session.account, session.person, session)

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        """Done by sign_in, with its entry."""

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Nobody has a permission of Flask-AppBuilder's."""
        return False

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing of Flask-AppBuilder's is public."""
        return False

    def _has_view_access(self, user: Any, permission_name: str, view_name: str) -> bool:
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """No menu of Flask-AppBuilder's is shown."""
        return set()

    def _get_user_permission_view_menus(
        self, user: Any, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        return set()

    def add_permissions_view(self, base_permissions: Any, view_menu: Any) -> None:
        """Its permission tables stay empty."""

    def add_permissions_menu(self, view_menu_name: str) -> None:
        """Its permission tables stay empty."""

    def security_cleanup(self, baseviews: Any, menus: Any) -> None:
        """There is nothing to clean up."""


class Builder(AppBuilder):  # type: ignore[misc]  # flask_appbuilder has no types
    """Flask-AppBuilder without its pages and static files."""

    def _add_admin_views(self) -> None:
        self.sm.register_views()

    def _add_global_static(self) -> None:
        """/static/appbuilder is 404."""


def install_security(app: Flask, office: Office) -> Builder:
    """Sets Flask-AppBuilder up on the application.

    It gets no database session: whatever it would read or write by itself fails at once, instead of
    passing by the services.
    """
    app.config.from_mapping(CONFIGURATION)
    with app.app_context():
        builder = Builder(app, None, security_manager_class=RegbookSecurity)
    builder.sm.office = office
    return builder
